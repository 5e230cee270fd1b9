"""The mails of this app, each a task: its texts are in `templates/emails/`.

Every task may run twice, and what it is about may be gone by then.
"""

import math
from datetime import datetime

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from microblog_site import mail

from . import timezones
from .models import EmailChange, Session, User
from .tokens import ConfirmationToken, PasswordResetTokenGenerator, UndoToken

DAY = 24 * 60 * 60  # seconds


@task
def send_confirmation(user_id, language):
    """Mail a link to the address that a person has yet to confirm: who opens it reads the mail there.

    Where another account has confirmed it, its owner is told instead. So no page ever says whether one has.
    """
    person = User.objects.active().filter(pk=user_id).first()
    if not (person and person.email_to_confirm):
        return
    email = person.email_to_confirm
    if owner := person.rival_for(email):
        _send_address_taken(owner, language)
        return
    link = settings.SITE_URL + reverse("email_confirm", args=[ConfirmationToken().make(person, email)])
    context = {"person": person, "email": email, "link": link, "days": math.ceil(settings.CONFIRMATION_TIMEOUT / DAY)}
    mail.send("confirm_address", email, context, person.language or language)


def _send_address_taken(owner, language):
    """Also to somebody who is leaving: logging in takes their account back."""
    if not owner.suspended_at:
        context = {
            "person": owner,
            "link": settings.SITE_URL + reverse("login"),
            "password_link": settings.SITE_URL + reverse("password_reset"),
        }
        mail.send("address_taken", owner.email, context, owner.language or language)


@task
def send_address_changed(change_id, language):
    """Tell the owner of a person's former address that there is another one now, with a link to undo that."""
    if change := EmailChange.objects.undoable().select_related("user").filter(pk=change_id).first():
        context = {
            "person": change.user,
            "email": change.user.email,
            "link": settings.SITE_URL + reverse("email_undo", args=[UndoToken().make(change)]),
            "days": settings.UNDO_EMAIL_DAYS,
        }
        mail.send("address_changed", change.former, context, change.user.language or language)


@task
def send_password_reset(email, language):
    """Mail a link for a new password to whoever has this address, one for each account.

    `language` is for those who never chose one.
    """
    for person in User.objects.owners_of(email):
        token = PasswordResetTokenGenerator().make_token(person)
        uid = urlsafe_base64_encode(force_bytes(person.pk))
        mail.send(
            "password_reset",
            person.email,
            {
                "person": person,
                "link": settings.SITE_URL + reverse("password_reset_confirm", args=[uid, token]),
                "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            },
            person.language or language,
        )


@task
def send_password_changed(user_id, language):
    """Tell a person that their password was changed, in case it was not them."""
    if person := User.objects.reachable().filter(pk=user_id).first():
        link = settings.SITE_URL + reverse("password_reset")
        mail.send("password_changed", person.email, {"person": person, "link": link}, person.language or language)


@task
def send_two_factor_changed(user_id, news, language):
    """Tell a person what happened to their two-step log-in (see `two_factor.tell`), in case it was not them."""
    if person := User.objects.with_own_address().filter(pk=user_id).first():
        context = {"person": person, "news": news, "link": settings.SITE_URL + reverse("password_reset")}
        mail.send("two_factor_changed", person.email, context, person.language or language)


@task
def send_new_device(user_id, browser, address, started_at, language):
    """Tell a person that somebody logged in from a browser they never used before, unless they want no such mail."""
    if person := User.objects.reachable().filter(pk=user_id, mail_new_devices=True).first():
        started_at = datetime.fromisoformat(started_at)
        zone = timezones.known(person.time_zone) or "UTC"
        context = {
            "person": person,
            "session": Session(browser=browser, address=address, started_at=started_at),
            "zone": timezones.with_offset(zone, started_at),
            "link": settings.SITE_URL + reverse("settings_account"),
            "password_link": settings.SITE_URL + reverse("password_change"),
        }
        with timezone.override(zone):
            mail.send("new_device", person.email, context, person.language or language)


@task
def send_deletion_requested(user_id, language):
    """Tell a person who wants to leave until when logging in takes it back."""
    due = User.objects.with_own_address().filter(deletion_requested_at__isnull=False, erased_at=None)
    if person := due.filter(pk=user_id).first():
        zone = timezones.known(person.time_zone) or "UTC"
        context = {
            "person": person,
            "until": person.deletion_due_at,
            "zone": timezones.with_offset(zone, person.deletion_due_at),
            "link": settings.SITE_URL + reverse("login"),
            "password_link": settings.SITE_URL + reverse("password_reset"),
        }
        with timezone.override(zone):
            mail.send("deletion_requested", person.email, context, person.language or language)


@task
def send_account_deleted(email, name, username, language):
    """Tell somebody that their account is gone: who they were is known from nowhere else any more."""
    mail.send("account_deleted", email, {"person": {"name": name, "username": username}}, language)
