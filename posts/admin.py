from .translation.admin import ProviderAdmin, ProviderDayAdmin, TranslationAdmin

__all__ = ["ProviderAdmin", "ProviderDayAdmin", "TranslationAdmin"]
