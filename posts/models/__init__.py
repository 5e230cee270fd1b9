from posts.translation.models import Provider, ProviderDay, Translation

from .post import Post, digest_of

__all__ = ["Post", "Provider", "ProviderDay", "Translation", "digest_of"]
