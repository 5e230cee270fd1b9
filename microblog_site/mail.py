"""E-mails to people: each has a subject, a text and an HTML template in `templates/emails/`."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from . import languages


def send(template, to, context, language):
    """Send the e-mail `template` to the address `to`, in `language` or else the site's.

    Links in `context` must start with SITE_URL. Raises the mail server's errors, so that the task is retried.
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
