"""Mail to people: each is a subject, a text and an HTML template in `templates/emails/`."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from . import languages


def send(template, to, context, language):
    """Send the mail `template` to the address `to`, in `language` or else that of the site.

    Links in `context` begin with SITE_URL. Raises what the mail server's failure raises, so that a task is tried again.
    """
    with translation.override(languages.supported(language) or settings.LANGUAGE_CODE):
        context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"emails/{template}.subject.txt", context).split()),
            body=render_to_string(f"emails/{template}.txt", context),
            to=[to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    mail.send()
