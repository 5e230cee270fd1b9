"""Erasing those who left and did not come back: first who they were, in one step, then bit by bit what they left.

From the first step on there is no way back, and nobody sees any of the rest. It goes in batches, each a transaction of
its own, so that the site runs on meanwhile. What an interrupted run leaves, the next one finds.
"""

from collections import Counter
from functools import reduce
from operator import methodcaller, or_

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from accounts.models import Session, User
from social.models import Block, Follow, Mute, Report

from .models import Post

BATCH_SIZE = 500


def unfinished():
    """The ids of those whose time to come back is over, and of those who are erased but left something."""
    something_is_left = reduce(or_, (Exists(rows) for rows, _remove in _belongings(OuterRef("pk"))))
    erased = User.objects.filter(is_active=False, erased_at__isnull=False)
    return [
        pk
        for people in (User.objects.due_to_be_erased(), erased.filter(something_is_left))
        for pk in people.values_list("pk", flat=True)
    ]


def erase(user_id):
    """Erase somebody; safe to repeat. Nothing happens where they came back, or where there is time left for that."""
    person = User.objects.filter(pk=user_id).first()
    if person and (person.erased_at or _erase_identity(person)):
        for rows, remove in _belongings(user_id):
            while batch := list(rows.values_list("pk", flat=True)[:BATCH_SIZE]):
                remove(rows.filter(pk__in=batch))


@transaction.atomic
def _erase_identity(person):
    names = [person.username, *person.former_usernames.values_list("username", flat=True)]
    is_erased = person.erase()
    if is_erased:
        _log_of(User, [person.pk]).update(object_repr=str(person))
        for name in names:
            theirs = Q(object_repr__istartswith=f"@{name} ") | Q(object_repr__iendswith=f" @{name}")
            _log_of(Follow).filter(theirs).update(object_repr=_number())
    return is_erased


def _belongings(user_id):
    """What somebody leaves: pairs of rows, and a function that removes a batch of these or what is personal in them."""
    delete = methodcaller("delete")
    return [
        (Session.objects.filter(user=user_id), delete),
        (Post.objects.filter(author=user_id), _delete_posts),
        (Follow.objects.filter(follower=user_id), methodcaller("end")),
        (Follow.objects.filter(followed=user_id), methodcaller("end")),
        (Block.objects.filter(blocker=user_id), delete),
        (Block.objects.filter(blocked=user_id), delete),
        (Mute.objects.filter(muter=user_id), delete),
        (Mute.objects.filter(muted=user_id), delete),
        (Report.objects.filter(reporter=user_id).exclude(comment=""), methodcaller("update", comment="")),
        (Report.objects.filter(person=user_id).exclude(snapshot=""), methodcaller("update", snapshot="")),
    ]


@transaction.atomic
def _delete_posts(posts):
    found = list(posts.order_by("pk").select_for_update().values_list("pk", "author", "hidden"))
    ids = [pk for pk, _author, _hidden in found]
    _log_of(Post, ids).update(object_repr=_number())
    Post.objects.filter(pk__in=ids).delete()
    counted = Counter(author for _pk, author, hidden in found if not hidden)
    for author, number in counted.items():
        User.objects.filter(pk=author).shift(posts_count=-number)


def _log_of(model, ids=None):
    """What moderators and administrators did to things of this kind, or to those with these ids."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return entries if ids is None else entries.filter(object_id__in=map(str, ids))


def _number():
    """What the log calls a thing instead of its name."""
    return Concat(Value("#"), F("object_id"))
