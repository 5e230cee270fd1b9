from posts.translation.models import Provider, ProviderDay, Translation

from .post import BODY_CEILING, Post, digest_of

__all__ = ["BODY_CEILING", "Post", "Provider", "ProviderDay", "Translation", "digest_of"]
