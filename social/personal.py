"""This app's personal data (`accounts.personal_data`)."""

from accounts.personal_data.register import PersonalData, register

from .access import can_be_named
from .models import Block, Follow, FollowRequest, Mute


class OfTwo(PersonalData):
    other = ""  # the field of the other person

    def exported(self, person):
        return super().exported(person).filter(can_be_named(self.other, person))


class Follows(OfTwo):
    def erase(self, rows):
        rows.end()


@register(Follow, "follower")
class Following(Follows):
    name = "following"
    other = "followed"
    columns = {"username": "followed__username", "since": "created_at", "hides_reposts": "hides_reposts"}


@register(Follow, "followed")
class Followers(Follows):
    name = "followers"
    other = "follower"
    columns = {"username": "follower__username", "since": "created_at"}


@register(FollowRequest, "follower")
class RequestsSent(OfTwo):
    name = "follow_requests_sent"
    other = "followed"
    columns = {"username": "followed__username", "since": "created_at"}


@register(FollowRequest, "followed")
class Requests(OfTwo):
    name = "follow_requests"
    other = "follower"
    columns = {"username": "follower__username", "since": "created_at"}


@register(Block, "blocker")
class Blocks(PersonalData):
    name = "blocks"
    columns = {"username": "blocked__username", "since": "created_at"}

    def exported(self, person):
        return person.blocking.filter(blocked__is_active=True)


@register(Mute, "muter")
class Mutes(OfTwo):
    name = "mutes"
    other = "muted"
    columns = {"username": "muted__username", "since": "created_at", "until": "until"}


@register(Block, "blocked")
@register(Mute, "muted")
class ByOthers(PersonalData):
    """People are not told who blocked or muted them."""
