from .post import Outline, Post
from .provider import Provider, ProviderDay
from .translation import Translation, Untranslated

__all__ = ["Outline", "Post", "Provider", "ProviderDay", "Translation", "Untranslated"]
