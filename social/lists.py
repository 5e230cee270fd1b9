"""Lists of people, as sources for a paginator."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Exists, OuterRef, Value

from accounts.summary import PersonSummary
from microblog_site.prepared import Prepared, Slot, Viewer

from .models import Block, Follow, FollowRequest

COLUMNS = ("pk", "username", "display_name", "avatar", "about_me", "is_active", "suspended_at")
OTHER_ROLE = {"follower": "followed", "followed": "follower"}


class People:
    """People who follow `subject` (with the `role` "follower") or whom they follow ("followed"), newest first.

    Or those in the field `role` of other rows, of the `model` whose field `of` refers to `subject`.

    A slice returns only its first page: the people there that `viewer` can see. The others still take up their places.
    """

    def __init__(self, subject, role, viewer, model=Follow, of=None):
        self.subject, self.viewer, self.rows = subject, viewer, (model, of or OTHER_ROLE[role], role)

    def __getitem__(self, part):
        shape = (*self.rows, self.viewer.is_anonymous, part.start, part.start + settings.LIST_PAGE_SIZE)
        people = map(PersonSummary._make, _people.rows(*shape, subject=self.subject.pk, viewer=self.viewer.pk))
        return [person._replace(is_followed=None) if person.pk == self.viewer.pk else person for person in people]


@Prepared
def _people(model, of, role, is_anonymous, start, stop):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    part = model.objects.filter(**{of: Slot("subject")}).order_by("-pk")[start:stop]
    rows = model.objects.filter(Block.objects.none_between(viewer, role), pk__in=part.values("pk"))
    marks = (_is_among(rows, viewer, role) for rows in (Follow.objects, FollowRequest.objects))
    return rows.order_by("-pk").values_list(*(f"{role}__{column}" for column in COLUMNS), *marks)


def _is_among(rows, viewer, role):
    if viewer.is_anonymous:
        return Value(None, BooleanField())
    return Exists(rows.filter(follower=viewer, followed=OuterRef(role)))
