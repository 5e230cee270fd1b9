"""This app's personal data (`accounts.personal_data`)."""

from collections import Counter

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.personal_data import admin_log
from accounts.personal_data.register import Kept, PersonalData, register

from .models import Post, Translation


@register(Post, "author")
class Posts(PersonalData):
    name = "posts"
    columns = {
        "id": "pk",
        "text": "body",
        "language": "language",
        "written_at": "created_at",
        "edited_at": "edited_at",
        "hidden_by_moderators": "hidden",
    }

    def rows(self, person):
        profile_url = settings.SITE_URL + person.get_absolute_url()
        for post in super().rows(person):
            # Calling `reverse` for each takes as long as everything else.
            yield post | {"url": f"{profile_url}{post['id']}/"}

    @transaction.atomic
    def erase(self, rows):
        found = list(rows.order_by("pk").select_for_update().values_list("pk", "author", "hidden"))
        ids = [pk for pk, _author, _hidden in found]
        admin_log.call_by_number(admin_log.entries_about(Post, ids))
        Post.objects.filter(pk__in=ids).delete()
        counted = Counter(author for _pk, author, hidden in found if not hidden)
        for author, number in counted.items():
            get_user_model().objects.filter(pk=author).shift(posts_count=-number)


@register(Translation, "post__author")
class Translations(Kept):
    """They are deleted with their posts."""

    name = "translations"
    columns = {
        "post": "post",
        "language": "language",
        "translated_from": "source",
        "service": "provider",
        "text": "body",
        "made_at": "made_at",
    }

    def exported(self, person):
        return Translation.objects.ready().filter(post__author=person)

    def expired(self):
        return Translation.objects.stale()
