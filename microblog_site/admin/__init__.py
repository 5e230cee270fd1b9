from .lists import EVERYWHERE, BigTableAdmin, BoundedPaginator, ModeratedAdmin, moderation_action
from .log import ModerationLogAdmin
from .page import PageAdmin

__all__ = [
    "EVERYWHERE",
    "BigTableAdmin",
    "BoundedPaginator",
    "ModeratedAdmin",
    "ModerationLogAdmin",
    "PageAdmin",
    "moderation_action",
]
