from django.conf import settings


def site(request):
    """The site's settings that every page needs, and the reader's theme."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "theme": request.user.theme if request.user.is_authenticated else "auto",
        "registration_open": settings.REGISTRATION != "closed",
        "public_reading": settings.PUBLIC_READING,
        "languages": tuple(settings.LANGUAGES),
        "translator": settings.TRANSLATOR,
    }
