"""How a reader and a person relate, for the buttons and menus on pages about that person."""

from django.contrib.auth import get_user_model
from django.db.models import Exists

from microblog_site.prepared import Prepared, Slot

from .models import Block, Follow, FollowRequest, Mute

NAMES = ("is_following", "hides_reposts", "is_requested", "is_follower", "asks", "is_blocked")  # of the columns below


def context(reader, person):
    """For the templates `social/_follow.html`, `_follower.html` and `_person_menu.html`."""
    context = {"person": person, "mute": Mute.objects.find(reader, person)}
    if reader.is_authenticated and reader != person:
        context |= zip(NAMES, *_relationship.rows(reader=reader.pk, person=person.pk), strict=True)
    return context


@Prepared
def _relationship():
    reader, person = Slot("reader"), Slot("person")
    there, back = {"follower": reader, "followed": person}, {"follower": person, "followed": reader}
    follows, requests = Follow.objects, FollowRequest.objects
    columns = (follows.filter(**there), follows.filter(**there, hides_reposts=True), requests.filter(**there))
    columns += (follows.filter(**back), requests.filter(**back), Block.objects.filter(blocker=reader, blocked=person))
    return get_user_model().objects.filter(pk=person).values_list(*map(Exists, columns))
