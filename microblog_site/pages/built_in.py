"""The built-in texts of about, rules, privacy and contact, from `templates/pages/`.

They are templates, so that they include the site's settings and are translated like everything else.
"""

import re

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

DAY = 24 * 60 * 60  # seconds


def text_of(name, language):
    """The built-in Markdown of the page `name`, in `language`."""
    facts = {
        "site_name": settings.SITE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "security_contact": settings.SECURITY_CONTACT,
        "public_reading": settings.PUBLIC_READING,
        "post_max_length": settings.POST_MAX_LENGTH,
        "session_days": settings.SESSION_COOKIE_AGE // DAY,
        "leaving_days": settings.LEAVING_DAYS,
        "held_name_days": settings.FORMER_USERNAME_DAYS,
        "undo_days": settings.UNDO_EMAIL_DAYS,
        "translator": settings.TRANSLATOR,
    }
    with translation.override(language):
        text = render_to_string(f"pages/{name}.md", facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
