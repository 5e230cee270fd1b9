from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.summary import PersonSummary
from microblog_site.prepared import Prepared, Viewer, in_slots, rounded_up, slots
from social.models import Block


def names(pks, viewer):
    """The `PersonSummary` of each of the people `pks` who may be named to `viewer`, by id."""
    number = rounded_up(len(pks))
    rows = _people.rows(viewer.is_anonymous, number, viewer=viewer.pk, **in_slots("id", pks, number)) if pks else ()
    return {row[0]: PersonSummary(*row) for row in rows}


@Prepared
def _people(is_anonymous, number):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    people = User.objects.active().filter(pk__in=slots("id", number))
    people = people.filter(Block.objects.none_between(viewer, "pk"))
    return people.order_by().values_list("pk", "username", "display_name", "avatar")
