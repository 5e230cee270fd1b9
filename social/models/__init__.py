from .block import Block, BlockQuerySet
from .follow import Follow, FollowQuerySet
from .mute import Mute, MuteQuerySet
from .report import Report, ReportQuerySet

__all__ = [
    "Block",
    "BlockQuerySet",
    "Follow",
    "FollowQuerySet",
    "Mute",
    "MuteQuerySet",
    "Report",
    "ReportQuerySet",
]
