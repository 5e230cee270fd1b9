from typing import NamedTuple

from django.db.models import Exists, OuterRef

from accounts.summary import PersonSummary
from posts.models import Translation

COLUMNS = ("pk", "author_id", "version", "language", "author__username", "author__display_name", "author__avatar")


class PostSummary(NamedTuple):
    """What differs from reader to reader, and the fields that determine a post's shared HTML (`articles`)."""

    pk: int
    author_id: int
    version: int
    language: str
    username: str
    display_name: str
    avatar: str
    has_translation: bool = False  # for logged-out readers, who can get no other

    @classmethod
    def of(cls, post):
        author, has_translation = post.author, getattr(post, "has_translation", False)
        names = (author.username, author.display_name, author.avatar)
        return cls(post.pk, post.author_id, post.version, post.language, *names, has_translation)

    @property
    def author(self):
        return PersonSummary(self.author_id, self.username, self.display_name, self.avatar)


def summaries(posts, reader, language):
    """Tuples with the fields of a `PostSummary` for each of `posts`. `language` is that of the page."""
    if reader.is_anonymous:
        return with_kept_translation(posts, language).values_list(*COLUMNS, "has_translation")
    return posts.values_list(*COLUMNS)


def with_kept_translation(posts, language):
    """Annotate `posts` with `has_translation`: whether a translation into this language is stored."""
    kept = Translation.objects.filter(post=OuterRef("pk"), digest=OuterRef("digest"), made_at__isnull=False)
    return posts.annotate(has_translation=Exists(kept.filter(language=language).exclude(body="")))
