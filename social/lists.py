"""Lists of followers and followed people, as sources for a paginator."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, OuterRef, Value

from accounts.summary import PersonSummary
from microblog_site.prepared import Prepared, Slot, Viewer

from .models import Block, Follow, FollowRequest

COLUMNS = ("pk", "username", "display_name", "avatar", "about_me", "is_active", "suspended_at")


class People:
    """People who follow `person` (with the `role` "follower") or whom they follow ("followed"), newest first.

    A slice returns only its first page: the people there that `viewer` can see. The others still take up their places.
    """

    def __init__(self, person, role, viewer):
        self.person, self.role, self.viewer = person, role, viewer

    def __getitem__(self, part):
        shape = (self.role, self.viewer.is_anonymous, part.start, part.start + settings.LIST_PAGE_SIZE)
        people = map(PersonSummary._make, _people.rows(*shape, person=self.person.pk, viewer=self.viewer.pk))
        return [person._replace(is_followed=None) if person.pk == self.viewer.pk else person for person in people]


@Prepared
def _people(role, is_anonymous, start, stop):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    other = {"follower": "followed", "followed": "follower"}[role]
    part = Follow.objects.filter(**{other: Slot("person")}).order_by("-pk")[start:stop]
    follows = Follow.objects.filter(Block.objects.none_between(viewer, role), pk__in=part.values("pk"))
    marks = (_is_among(rows, viewer, role) for rows in (Follow.objects, FollowRequest.objects))
    return follows.order_by("-pk").values_list(*(f"{role}__{column}" for column in COLUMNS), *marks)


def _is_among(rows, viewer, role):
    if viewer.is_anonymous:
        return Value(None, BooleanField())
    return Exists(rows.filter(follower=viewer, followed=OuterRef(role)))
