from django.utils import translation


def supported(language):
    """`language` (a tag such as `es-AR`), or the nearest one the site speaks; '' where it speaks neither."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return ""
