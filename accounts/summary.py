from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse

from .models import User


class PersonSummary(NamedTuple):
    """What lists and posts show of a person, read without the rest of the row."""

    pk: int
    username: str
    display_name: str
    avatar: str
    about_me: str = ""
    is_active: bool = True
    suspended_at: datetime | None = None  # as the database returns it: text on SQLite
    is_followed: bool | None = None  # by the reader, if logged in
    is_requested: bool | None = None  # the reader asks to follow them

    name, initials, color = User.name, User.initials, User.color
    avatar_url_small, avatar_url_large = User.avatar_url_small, User.avatar_url_large

    def get_absolute_url(self):
        return profile_url(self.username)


@lru_cache(maxsize=2_000)
def profile_url(username):
    return reverse("profile", args=[username])
