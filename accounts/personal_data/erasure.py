"""Erases people whose deletion is due: each is anonymized in one step, then their data is deleted in batches.

After the first step there is no way back, and none of the rest is visible to anybody. Each batch is a transaction of
its own, so that the site keeps responding. The next run finishes what an interrupted one left.
"""

from functools import reduce
from operator import or_

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import emails, tasks
from accounts.models import FormerUsername, User
from microblog_site import security_log

from .register import entries

BATCH_SIZE = 500
COUNTERS = {"posts_count", "followers_count", "following_count"}
KEPT = {"id", "date_joined", "suspended_at", "deletion_requested_at", *COUNTERS}  # of the row of an erased person


def unfinished():
    """The ids of people whose deletion is due, and of anonymized people with data left."""
    something_is_left = reduce(or_, (Exists(entry.remaining(OuterRef("pk"))) for entry in entries))
    erased = User.objects.filter(something_is_left, is_active=False, erased_at__isnull=False)
    return [pk for people in (User.objects.due_to_be_erased(), erased) for pk in people.values_list("pk", flat=True)]


def erase(user_id):
    """Erase a person. Safe to repeat. Does nothing if they cancelled the deletion or it is not due yet."""
    person = User.objects.filter(pk=user_id).first()
    if person and (person.erased_at or anonymize(person)):
        for entry in entries:
            rows = entry.remaining(user_id)
            while batch := list(rows.values_list("pk", flat=True)[:BATCH_SIZE]):
                entry.erase(rows.filter(pk__in=batch))


@transaction.atomic
def anonymize(person):
    """Remove everything that identifies the person for good; their user name stays reserved for a limited time.

    Returns False if they cancelled the deletion or it is not due yet.
    """
    person = User.objects.due_to_be_erased().select_for_update().filter(pk=person.pk).first()
    if person is None:
        return False
    if User.objects.with_own_address().filter(pk=person.pk).exists():
        is_confirmed = person.email_confirmed_at is not None
        emails.send_account_deleted.enqueue(
            person.email, person.name, person.username, person.language, is_confirmed=is_confirmed
        )
    if person.avatar:
        tasks.remove_avatar.enqueue(person.pk, person.avatar)
    names = [person.username, *person.former_usernames.values_list("username", flat=True)]
    FormerUsername.objects.hold(person.username, person)
    for entry in entries:
        if entry.goes_with_identity:
            entry.erase(entry.of(person.pk))
    User.objects.filter(pk=person.pk).update(**_anonymized_columns(person))
    person.refresh_from_db()
    for entry in entries:
        entry.forget_identity(person, names)
    security_log.note("account_deleted", person=person)
    return True


def _anonymized_columns(person):
    columns = [column for column in User._meta.concrete_fields if not (column.name in KEPT or column.generated)]
    return {column.name: column.get_default() for column in columns} | {
        "username": f"deleted-{person.pk}",  # nobody can choose a name with a hyphen
        "password": make_password(None),
        "last_seen": F("deletion_requested_at"),
        "erased_at": timezone.now(),
    }
