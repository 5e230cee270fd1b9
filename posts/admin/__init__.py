from .post import PostAdmin
from .translation import ProviderAdmin, ProviderDayAdmin, TranslationAdmin

__all__ = ["PostAdmin", "ProviderAdmin", "ProviderDayAdmin", "TranslationAdmin"]
