"""Background work. Every task may run twice, and what it is about may be gone by then."""

from contextlib import suppress

from django.core.files.base import ContentFile
from django.db import transaction
from django.tasks import task

from . import avatars, gravatar
from .models import User


@task
def fetch_gravatar(user_id, replacing):
    """Show a person's Gravatar, if they have one, unless `replacing` is not their avatar any more."""
    person = User.objects.active().filter(pk=user_id, avatar=replacing).first()
    picture = person and gravatar.fetch(person.email)
    if picture:
        with suppress(avatars.PictureError):
            show_avatar(person, avatars.cut(ContentFile(picture)), replacing=replacing)


@transaction.atomic
def show_avatar(person, squares, replacing=None):
    """As `User.set_avatar`; the files of the former one are removed by a task."""
    former = person.set_avatar(squares, replacing)
    if former:
        remove_avatar.enqueue(person.pk, former)


@task
def remove_avatar(user_id, key):
    """Delete the files of an avatar that a person no longer has."""
    with transaction.atomic():
        # The row stays locked: the person may be choosing the same picture again right now.
        person = User.objects.select_for_update().filter(pk=user_id).first()
        if person is None or person.avatar != key:
            avatars.remove(key)
