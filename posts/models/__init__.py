from posts.drafts.models import Draft
from posts.translation.models import Provider, ProviderDay, Translation

from .history import PostVersion
from .marks import Bookmark, ConversationMute, Like
from .newest import NewestPost
from .post import Post, digest_of
from .queries import PINS, PLACE, UNDO_TIME, Gone, TooManyPins

__all__ = [
    "PINS",
    "PLACE",
    "UNDO_TIME",
    "Bookmark",
    "ConversationMute",
    "Draft",
    "Gone",
    "Like",
    "NewestPost",
    "Post",
    "PostVersion",
    "Provider",
    "ProviderDay",
    "TooManyPins",
    "Translation",
    "digest_of",
]
