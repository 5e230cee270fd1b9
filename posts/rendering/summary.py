from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.utils.translation import get_language

from accounts.summary import PersonSummary
from microblog_site.prepared import Prepared, Slot, Viewer, in_slots, rounded_up, slots
from posts.models import Bookmark, Like, Post, Translation

AUTHOR = ("author__username", "author__display_name", "author__avatar")
COLUMNS = ("pk", "author_id", "version", "language", *AUTHOR, "owner_id")  # what a post's shared HTML depends on
RELATED = ("in_reply_to_id", "other_author_id", "is_quote", "quote_of_id")
COUNTERS = ("replies_count", "reposts_count", "quotes_count", "likes_count")
MARKS = ("is_pinned", "is_liked", "is_reposted", "is_bookmarked", "has_translation")


class PostSummary(NamedTuple):
    """A post in a list: the fields that determine its shared HTML (`shared`), and what is laid over it (`articles`)."""

    pk: int
    author_id: int
    version: int
    language: str
    username: str
    display_name: str
    avatar: str
    owner_id: int | None = None  # whose followers may read it; None if it is public
    in_reply_to_id: int | None = None
    other_author_id: int | None = None  # of the post that this answers
    is_quote: bool = False
    quote_of_id: int | None = None
    replies_count: int = 0
    reposts_count: int = 0
    quotes_count: int = 0
    likes_count: int = 0
    is_pinned: bool = False
    is_liked: bool = False  # by the reader, as the next two
    is_reposted: bool = False
    is_bookmarked: bool = False
    has_translation: bool = False  # for logged-out readers, who can get no other
    act: int = 0  # the cursor: the id of the repost, like or bookmark that put the post into the list, or of the post
    actor_id: int = 0  # whose post or repost it is; 0 for one's own likes and bookmarks

    @property
    def author(self):
        return PersonSummary(self.author_id, self.username, self.display_name, self.avatar)

    @property
    def url(self):
        return f"{self.author.get_absolute_url()}{self.pk}/"

    @property
    def is_repost(self):
        return self.actor_id != 0 and self.act != self.pk

    def by(self, act, actor_id):
        return self._replace(act=act, actor_id=actor_id)


def summaries(pks, viewer, *, without_muted=False):
    """The `PostSummary` of each of the posts `pks` that `viewer` may read, by id, in no order."""
    pks = dict.fromkeys(pks)
    number = rounded_up(len(pks))
    values = {"viewer": viewer.pk, "language": get_language(), **in_slots("id", pks, number)}
    rows = _summaries.rows(viewer.is_anonymous, without_muted, number, **values) if pks else ()
    return {row[0]: PostSummary(*row, act=row[0], actor_id=row[1]) for row in rows}


@Prepared
def _summaries(is_anonymous, without_muted, number):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    # Through "pk", because in a list a foreign key lookup accepts only ids and model instances, not slots.
    posts = Post.objects.visible_to(viewer).filter(pk__in=slots("id", number))
    if without_muted:
        posts = posts.without_muted(viewer)
    posts = _with_marks(posts, viewer)
    if is_anonymous:
        posts = _with_kept_translation(posts, Slot("language", CharField()))
    else:
        posts = posts.annotate(has_translation=Value(False))
    return posts.order_by().values_list(*COLUMNS, *RELATED, *COUNTERS, *MARKS)


def _with_marks(posts, viewer):
    """Annotate `posts` with what `viewer` did with them."""
    pinned = posts.annotate(is_pinned=ExpressionWrapper(Q(pinned_at__isnull=False), BooleanField()))
    if viewer.is_anonymous:
        return pinned.annotate(is_liked=Value(False), is_reposted=Value(False), is_bookmarked=Value(False))
    return pinned.annotate(
        is_liked=Exists(Like.objects.filter(user=viewer, post=OuterRef("pk"))),
        is_reposted=Exists(Post.objects.filter(author=viewer, repost_of=OuterRef("pk"))),
        is_bookmarked=Exists(Bookmark.objects.filter(user=viewer, post=OuterRef("pk"))),
    )


def _with_kept_translation(posts, language):
    """Annotate `posts` with `has_translation`: whether a translation into this language is stored."""
    kept = Translation.objects.filter(post=OuterRef("pk"), digest=OuterRef("digest"), made_at__isnull=False)
    return posts.annotate(has_translation=Exists(kept.filter(language=language).exclude(body="")))
