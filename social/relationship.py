"""How a reader and another person relate, for the buttons and menus on pages about that person."""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Exists

from microblog_site.prepared import Prepared, Slot

from .models import Follow, FollowRequest, Mute


class Relationship(NamedTuple):
    is_following: bool = False  # the reader follows the person
    hides_reposts: bool = False
    is_requested: bool = False  # the reader asks to follow the person
    is_follower: bool = False  # the person follows the reader
    asks: bool = False  # the person asks to follow the reader


def relationship(reader, person):
    if reader.is_anonymous or reader == person:
        return Relationship()
    [row] = _relationship.rows(reader=reader.pk, person=person.pk)
    return Relationship(*map(bool, row))


def context(reader, person):
    """For the templates `social/_follow.html`, `_follower.html` and `_person_menu.html`."""
    mute = Mute.objects.find(reader, person)
    return {"person": person, "mute": mute, **relationship(reader, person)._asdict()}


@Prepared
def _relationship():
    reader, person = Slot("reader"), Slot("person")
    there, back = {"follower": reader, "followed": person}, {"follower": person, "followed": reader}
    follow = Follow.objects.filter(**there)
    rows = (
        follow,
        follow.filter(hides_reposts=True),
        FollowRequest.objects.filter(**there),
        Follow.objects.filter(**back),
        FollowRequest.objects.filter(**back),
    )
    return get_user_model().objects.filter(pk=person).values_list(*map(Exists, rows))
