"""This app's personal data (`accounts.personal_data`)."""

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, When

from accounts.personal_data import admin_log
from accounts.personal_data.register import Kept, PersonalData, register
from social.access import can_be_named

from .models import PLACE, Bookmark, ConversationMute, Draft, Like, NewestPost, Post, PostVersion, Translation


@register(Post, "author")
class Posts(PersonalData):
    """What somebody wrote. Reposts are erased together with it."""

    name = "posts"
    columns = {
        "id": "pk",
        "text": "body",
        "content_warning": "content_warning",
        "language": "language",
        "visibility": "owner",
        "in_reply_to": "in_reply_to",
        "quote": "quote_of",
        "written_at": "created_at",
        "edited_at": "edited_at",
        "pinned_at": "pinned_at",
        "hidden_by_moderators": "hidden",
    }

    def exported(self, person):
        return self.of(person).filter(repost_of=None, deleted_at=None)

    def rows(self, person):
        profile_url = settings.SITE_URL + person.get_absolute_url()
        for post in super().rows(person):
            visibility = "public" if post["visibility"] is None else "followers"
            # Calling `reverse` for each takes as long as everything else.
            yield post | {"visibility": visibility, "url": f"{profile_url}{post['id']}/"}

    def remaining(self, person):
        """Without the unnamed places of deleted posts: nothing else is left of these."""
        return super().remaining(person).exclude(PLACE)

    @transaction.atomic
    def erase(self, rows):
        posts = rows.remove()
        admin_log.call_by_number(admin_log.entries_about(Post, [post.pk for post in posts]))


@register(Post, "other_author")
@register(Post, "owner")
class PostsOfOthers(Kept):
    """Answers to somebody, and reposts, belong to those who made them. Those to posts for followers stay unpublished:
    nobody follows an erased owner.
    """


class OfOthersPosts(PersonalData):
    """What somebody did with posts of others, named by their ids and authors, unless these are hidden from them."""

    post = "post"
    columns = {"post": "post", "username": "named", "since": "created_at"}

    def exported(self, person):
        author, is_there = f"{self.post}__author", Q(**{f"{self.post}__deleted_at": None})
        name = Case(When(is_there & can_be_named(author, person), then=F(f"{author}__username")))
        return self.of(person).annotate(named=name)


@register(Post, "author")
class Reposts(OfOthersPosts, Kept):
    name = "reposts"
    post = "repost_of"
    columns = OfOthersPosts.columns | {"post": "repost_of"}

    def exported(self, person):
        return super().exported(person).filter(repost_of__isnull=False)


@register(Like, "user")
class Likes(OfOthersPosts):
    name = "likes"

    @transaction.atomic
    def erase(self, rows):
        posts = Post.objects.filter(pk__in=rows.values("post"))
        list(posts.locked().values_list("pk"))
        posts.shift(likes_count=-1)
        rows.delete()


@register(Bookmark, "user")
class Bookmarks(OfOthersPosts):
    name = "bookmarks"


@register(ConversationMute, "user")
class MutedConversations(OfOthersPosts):
    name = "muted_conversations"
    post = "conversation"
    columns = OfOthersPosts.columns | {"post": "conversation"}


@register(Draft, "author")
class Drafts(PersonalData):
    name = "drafts"
    columns = {
        "texts": "texts",
        "content_warning": "content_warning",
        "language": "language",
        "visibility": "visibility",
        "in_reply_to": "in_reply_to",
        "quote": "quote",
        "saved_at": "saved_at",
    }


@register(NewestPost, "author")
class NewestPosts(PersonalData):
    """Only an id, which the list of posts has, too."""


@register(PostVersion, "post__author")
class FormerVersions(Kept):
    """They are deleted with their posts."""

    name = "former_versions"
    columns = {
        "post": "post",
        "text": "body",
        "content_warning": "content_warning",
        "language": "language",
        "written_at": "written_at",
    }

    def exported(self, person):
        return self.of(person).filter(post__deleted_at=None)


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
        return Translation.objects.ready().filter(post__author=person, post__deleted_at=None)

    def expired(self):
        return Translation.objects.stale()
