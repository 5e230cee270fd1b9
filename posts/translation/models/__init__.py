from .provider import Provider, ProviderDay
from .translation import Reason, Translation, Untranslated

__all__ = ["Provider", "ProviderDay", "Reason", "Translation", "Untranslated"]
