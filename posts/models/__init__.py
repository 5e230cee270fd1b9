from .post import BODY_CEILING, Outline, Post
from .provider import Provider, ProviderDay
from .translation import Translation, Untranslated

__all__ = ["BODY_CEILING", "Outline", "Post", "Provider", "ProviderDay", "Translation", "Untranslated"]
