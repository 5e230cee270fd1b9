"""What is done in the background. Every task may run twice, and what it is about may be gone by then."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from microblog_site import mail
from microblog_site.models import Count

from . import avatars, gravatar, timezones
from .models import EmailChange, FormerUsername, Session, User
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
    """Tell a person what happened to their two-step log-in (see `second_factor.tell`), in case it was not them."""
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
def send_leaving(user_id, language):
    """Tell a person who wants to leave until when logging in takes it back."""
    leaving = User.objects.with_own_address().filter(leaving_at__isnull=False, erased_at=None)
    if person := leaving.filter(pk=user_id).first():
        zone = timezones.known(person.time_zone) or "UTC"
        context = {
            "person": person,
            "until": person.leaves_for_good_at,
            "zone": timezones.with_offset(zone, person.leaves_for_good_at),
            "link": settings.SITE_URL + reverse("login"),
            "password_link": settings.SITE_URL + reverse("password_reset"),
        }
        with timezone.override(zone):
            mail.send("leaving", person.email, context, person.language or language)


@task
def send_left(email, name, username, language):
    """Tell somebody that their account is gone: who they were is known from nowhere else any more."""
    mail.send("left", email, {"person": {"name": name, "username": username}}, language)


@task
def fetch_gravatar(user_id, replacing):
    """Show a person's Gravatar, if they have one, unless `replacing` is not their avatar any more."""
    person = User.objects.active().filter(pk=user_id, avatar=replacing).first()
    picture = person and gravatar.fetch(person.email)
    if picture:
        try:
            squares = avatars.cut(ContentFile(picture))
        except avatars.PictureError:
            return
        person.set_avatar(squares, replacing=replacing)


@task
def remove_avatar(user_id, key):
    """Delete the files of an avatar that a person no longer has."""
    with transaction.atomic():
        # The row stays locked meanwhile: the person may be choosing the same picture again right now.
        person = User.objects.select_for_update().filter(pk=user_id).first()
        if person is None or person.avatar != key:
            avatars.remove(key)


@task
def prune():
    """Delete what has expired, and avatar files that nobody has any more."""
    call_command("ox_prune", older_than="7d")
    call_command("ox_prune", older_than="30d", include_failed=True)
    Session.objects.expired().delete()
    FormerUsername.objects.expired().delete()
    EmailChange.objects.expired().delete()
    Count.objects.expired().delete()
    avatars.remove_orphans(before=timezone.now() - timedelta(days=1))
