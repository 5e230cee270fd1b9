"""Background tasks. Each may run twice, and its subject may be gone by then."""

from contextlib import suppress

from django.core.files.base import ContentFile
from django.db import transaction
from django.tasks import task

from . import avatars, gravatar
from .models import User


@task
def fetch_gravatar(user_id, replacing):
    """Use a person's Gravatar, if they have one, unless their avatar is no longer `replacing`."""
    person = User.objects.active().filter(pk=user_id, avatar=replacing).first()
    picture = person and gravatar.fetch(person.email)
    if picture:
        with suppress(avatars.PictureError), avatars.kept(avatars.cut(ContentFile(picture)), person.pk) as key:
            show_avatar(person, key, replacing=replacing)


@transaction.atomic
def show_avatar(person, key, replacing=None):
    """Like `User.set_avatar`; a task deletes the files of the former avatar."""
    former = person.set_avatar(key, replacing)
    if former:
        remove_avatar.enqueue(person.pk, former)


@task
def remove_avatar(user_id, key):
    """Delete the files of an avatar that a person no longer uses."""
    with transaction.atomic():
        # The row stays locked: the person may be choosing the same picture again at this moment.
        person = User.objects.select_for_update().filter(pk=user_id).first()
        if person is None or person.avatar != key:
            avatars.remove(key)
