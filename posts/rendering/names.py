from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.summary import PersonSummary
from microblog_site.prepared import Prepared, Slot, Viewer
from social.models import Block

PEOPLE = 30  # in one query, or a multiple of it


def names(pks, viewer):
    """The `PersonSummary` of each of the people `pks` who may be named to `viewer`, by id."""
    number = -(-len(pks) // PEOPLE) * PEOPLE  # always a multiple, so that there are few different queries
    ids = {f"id_{place}": pk for place, pk in enumerate([*pks, *[0] * (number - len(pks))])}
    rows = _people.rows(viewer.is_anonymous, number, viewer=viewer.pk, **ids) if pks else ()
    return {row[0]: PersonSummary(*row) for row in rows}


@Prepared
def _people(is_anonymous, number):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    people = User.objects.active().filter(pk__in=[Slot(f"id_{place}") for place in range(number)])
    people = people.filter(Block.objects.none_between(viewer, "pk"))
    return people.order_by().values_list("pk", "username", "display_name", "avatar")
