from typing import NamedTuple

from django.db.models import Exists, OuterRef

from posts.models import Translation


class PostSummary(NamedTuple):
    """What of a post differs from reader to reader, and what tells which HTML is its (`articles`)."""

    pk: int
    author_id: int
    version: int
    language: str
    username: str
    display_name: str
    avatar: str
    has_translation: bool = False  # for strangers, who are offered no other

    @classmethod
    def of(cls, post):
        author, has_translation = post.author, getattr(post, "has_translation", False)
        names = (author.username, author.display_name, author.avatar)
        return cls(post.pk, post.author_id, post.version, post.language, *names, has_translation)


def summaries(posts, reader, language):
    """The fields of a `PostSummary` for each of `posts`, as tuples. `language` is that of the page."""
    columns = ["pk", "author_id", "version", "language"]
    columns += ["author__username", "author__display_name", "author__avatar"]
    if reader.is_anonymous:
        return with_kept_translation(posts, language).values_list(*columns, "has_translation")
    return posts.values_list(*columns)


def with_kept_translation(posts, language):
    """`posts` with `has_translation`: whether there is one in this language already."""
    kept = Translation.objects.filter(post=OuterRef("pk"), digest=OuterRef("digest"), made_at__isnull=False)
    return posts.annotate(has_translation=Exists(kept.filter(language=language).exclude(body="")))
