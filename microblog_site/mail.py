"""E-mails to people: each has a subject, a text and an HTML template in `templates/emails/`. See also `mail_queue`."""

import smtplib
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.utils import translation

from . import languages
from .logging import hide_secrets


def send(template, to, context, language):
    """Send the e-mail `template` to the address `to`, in `language` or else the site's.

    Links in `context` must start with SITE_URL. Raises the mail server's errors, so that the task is retried.
    """
    with translation.override(languages.supported(language) or settings.LANGUAGE_CODE):
        context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        message = mail.EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"emails/{template}.subject.txt", context).split()),
            body=render_to_string(f"emails/{template}.txt", context),
            to=[to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string(f"emails/{template}.html", context), "text/html")
    try:
        message.send()
    except Exception as error:
        error.add_note(f"{masked(to)}: {reason(error)}")
        raise


def masked(address):
    """`s•••@example.org` for an address."""
    return f"{address[:1]}•••@{address.rpartition('@')[2]}"


def reason(error):
    """What a mail server, or the way to it, says is wrong, in one line and without addresses of people."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        code, text = type(error).__name__, str(error)
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    return hide_secrets(f"{code} {' '.join(text.split())}")


def name_of_site():
    """How the site introduces itself to mail servers: its host name, or an address in brackets (RFC 5321, 4.1.3)."""
    host = urlsplit(settings.SITE_URL).hostname
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{'IPv6:' * (address.version == 6)}{address}]"
