"""What is done in the background. Every task may run twice, and what it is about may be gone by then."""

from datetime import timedelta

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

from . import avatars, gravatar
from .models import FormerUsername, User
from .sessions import SessionStore
from .tokens import PasswordResetTokenGenerator


@task
def send_password_reset(email, language):
    """Mail a link for a new password to whoever has this address. `language` is for those who never chose one."""
    if person := User.objects.active().with_email(email).first():
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
    if person := User.objects.active().exclude(email="").filter(pk=user_id).first():
        link = settings.SITE_URL + reverse("password_reset")
        mail.send("password_changed", person.email, {"person": person, "link": link}, person.language or language)


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
    """Delete what has expired: tasks, sessions, former user names, and avatar files that nobody has any more."""
    call_command("ox_prune", older_than="7d")
    call_command("ox_prune", older_than="30d", include_failed=True)
    SessionStore.clear_expired()
    FormerUsername.objects.expired().delete()
    avatars.remove_orphans(before=timezone.now() - timedelta(days=1))
