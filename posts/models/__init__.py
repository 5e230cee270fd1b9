from .post import BODY_CEILING, Post
from .provider import Provider, ProviderDay
from .translation import Translation

__all__ = ["BODY_CEILING", "Post", "Provider", "ProviderDay", "Translation"]
