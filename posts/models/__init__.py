from .post import BODY_CEILING, Post
from .provider import Provider, ProviderDay
from .translation import Translation, Untranslated

__all__ = ["BODY_CEILING", "Post", "Provider", "ProviderDay", "Translation", "Untranslated"]
