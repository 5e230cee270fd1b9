"""Who may see and name each other."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render

from accounts.access import with_person

from .models import Block, Follow


def with_visible_person(view):
    """Like `with_person`, but a 404 if either of the two blocked the other.

    People see that they blocked the person, and can undo it; for the blocked person it looks as if there were no such
    account.
    """
    return with_person(view, refuse=_refuse_if_blocked)


def _refuse_if_blocked(request, person):
    viewer = request.user
    if viewer.is_anonymous or viewer == person:
        return None
    blockers = Block.objects.between(viewer, person).values_list("blocker", flat=True)
    if viewer.pk in blockers:
        return render(request, "social/blocked.html", {"person": person}, status=404)
    if blockers:
        raise Http404
    return None


def can_see_lists(viewer, person):
    """Whether `viewer` may see who follows `person` and whom they follow: only followers may if they are approved."""
    return not person.approve_followers or viewer == person or Follow.objects.is_following(viewer, person)


def can_be_named(field, viewer):
    """A condition for rows of any model: whether `viewer` may be shown the person in the field `field`."""
    return Q(**{f"{field}__is_active": True}) & Block.objects.none_between(viewer, field)
