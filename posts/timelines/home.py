"""The home timeline, collected when it is read."""

from functools import partial

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Case, F, OrderBy, OuterRef, Q, Subquery, When

from microblog_site.paging import MAX_ID
from microblog_site.prepared import Slot, in_slots, slots
from posts.models import NewestPost, Post
from social.models import Follow, Mute

from .acts import Act, page, prepared, timeline

WINDOW = 4_000  # ids
MOST_CANDIDATES = 480  # people looked at together


def home(user):
    """Posts and reposts of `user` and of the accounts they follow and have not muted.

    Usually the few thousand ids next to the cursor contain a full page. Only if they do not, because `user` follows few
    or inactive people, each author's closest post is looked up.
    """

    def acts(cursor, limit):
        found = _of_followed(user, cursor, limit, user.home_replies, window=WINDOW, edge=_edge(cursor))
        return found if len(found) == limit or _is_all(cursor) else _gather(user, cursor, limit)

    return timeline(acts, user, without_muted=True)


def _edge(cursor):
    """The id where the window ends; None at the top, where only the database knows the newest id, its start."""
    if cursor.after is not None:
        return min(cursor.after + WINDOW, MAX_ID)
    return cursor.before and cursor.before - WINDOW


def _is_all(cursor):
    """Whether there is certainly nothing beyond the window."""
    if cursor.after is not None:
        return Post.objects.newest() <= _edge(cursor)
    return cursor.before is not None and _edge(cursor) <= 1


def _gather(user, cursor, limit):
    """The acts closest to the cursor, found through their authors.

    Each round finds every act between the cursor and a bound, and the next one starts at that bound, so that none is
    left out or found twice. It ends with enough acts, or where nothing is left: a round without a bound was the last.
    Rounds grow, because of all that somebody wrote perhaps nothing belongs on a home page.
    """
    acts, number = [], limit * 4 // 3  # some are answers that do not belong here
    while cursor and len(acts) < limit:
        found, cursor = _next(user, cursor, number)
        acts += found
        number *= 2
    return acts[:limit]


def _next(user, cursor, number):
    """The acts up to a bound, at most `number`, and the cursor there; None if there is nothing beyond.

    Candidates are `user` and the followed people whose closest posts are nearest to the cursor. Nobody else has posts
    nearer than the last of them: where `NewestPost` is out of date, somebody's closest post is even farther away. The
    other bounds are the post that ends a page of this `number` by one author. The tightest one applies, so that
    nobody's whole history is sorted; each lies beyond the cursor.
    """
    candidates = _candidates(user, cursor, number)
    if not candidates:
        return _of_oneself(user, cursor, number, user.home_replies), None
    authors, nearest, page_ends, own_page_ends = zip(*candidates, strict=True)
    bounds = [pk for pk in (*page_ends, *own_page_ends) if pk]
    if len(candidates) == _people(number):
        bounds.append(nearest[-1])
    bound = (min if cursor.after is not None else max)(bounds, default=None)
    authors = in_slots("author", authors, _people(number) + 1, spare=user.pk)
    end = bound or (MAX_ID if cursor.after is not None else 0)
    acts = _of_authors(user, cursor, number, user.home_replies, bound=end, **authors)
    return acts, bound and cursor.beyond(bound)


def _people(number):
    return min(number, MOST_CANDIDATES)


@prepared
def _of_followed(user, cursor, limit, replies):
    posts = Post.objects.without_muted(user).by_followed(user)
    return page(_for_home(posts, user, replies).filter(_within_window(cursor)), cursor, limit)


@prepared
def _of_oneself(user, cursor, limit, replies):
    return page(_for_home(Post.objects.filter(author=user), user, replies), cursor, limit)


@prepared
def _of_authors(user, cursor, limit, replies):
    newer = cursor.after is not None
    within = Q(pk__lte=Slot("bound")) if newer else Q(pk__gte=Slot("bound"))
    authors = slots("author", _people(limit) + 1)
    # Through "pk", because in a list a foreign key lookup accepts only ids and model instances, not slots.
    posts = _for_home(Post.objects.filter(within, author__pk__in=authors), user, replies)
    # "+ 0" keeps PostgreSQL from walking down the primary key in search of these authors.
    closest_first = posts.beyond(cursor).order_by(OrderBy(F("pk") + 0, descending=not newer))
    return closest_first.values_list(*Act._fields)[:limit]


def _for_home(posts, user, replies):
    """Leave out what `user` may not read, reposts that they hide, and `replies` (`User.HomeReplies`) to others."""
    hiding = Follow.objects.filter(follower=user, hides_reposts=True).values("followed")
    posts = posts.acts_of_active_visible_to(user).exclude(author__in=_inactive())
    posts = posts.exclude(Q(repost_of__isnull=False) & Q(author__in=hiding))
    if replies == "all":
        return posts
    shown = Q(in_reply_to=None) | Q(other_author=F("author"))
    if replies == "followed":
        shown |= Q(other_author=user.pk) | Follow.objects.follows(user, "other_author")
    return posts.filter(shown)


def _inactive():
    """The few people who are suspended or about to be deleted."""
    return get_user_model().objects.filter(is_active=False, erased_at=None)


def _within_window(cursor):
    """A condition for ids between the cursor and the end of the window."""
    if cursor.after is not None:
        return Q(pk__lte=Slot("edge"))
    if cursor.before is not None:
        return Q(pk__gte=Slot("edge"))
    return Q(pk__gte=Subquery(Post.objects.order_by("-pk").values("pk")[:1]) - Slot("window"))


# People who follow thousands of inactive accounts need a different plan.
@partial(prepared, is_of_acts=False, generic_plan=False)
def _candidates(user, cursor, limit):
    """The people `user` reads whose posts are closest to the cursor: id, closest post, and the post that ends a full
    page.

    Each row also has the post that ends a full page of `user` alone. All values are ids, None if there is no such post.
    """
    muted = Mute.objects.muted_by(user)
    followed = Follow.objects.filter(follower=user).exclude(followed__in=_inactive()).exclude(followed__in=muted)
    nearest_first = OrderBy(F("nearest"), descending=cursor.after is None, nulls_last=True)
    people = _with_nearest(NewestPost.objects.filter(pk__in=followed.values("followed")), cursor)
    closest = people.order_by(nearest_first).values("pk")[: _people(limit)]
    found = _with_nearest(NewestPost.objects.filter(pk__in=closest), cursor).exclude(nearest=None)
    page_ends = {
        "page_end": _nth_post(cursor, limit, OuterRef("pk")),
        "own_page_end": _nth_post(cursor, limit, user.pk),
    }
    return found.annotate(**page_ends).order_by(nearest_first).values_list("pk", "nearest", *page_ends)


def _with_nearest(newest_posts, cursor):
    """Annotate each with `nearest`: the author's closest post, or one that is even closer."""
    closest = _nth_post(cursor, 1, OuterRef("pk"))
    if cursor.after is not None:
        return newest_posts.filter(post_id__gt=cursor.after).annotate(nearest=closest)
    if cursor.before is not None:
        before = cursor.before.resolve_expression()  # the slot itself refuses to be hashed, as Django does here
        closest = Case(When(post_id__lt=before, then="post_id"), default=closest)
        return newest_posts.annotate(nearest=closest)
    return newest_posts.annotate(nearest=F("post_id"))


def _nth_post(cursor, number, author):
    posts = Post.objects.filter(author=author, hidden=False).beyond(cursor).values("pk")
    return Subquery(posts[number - 1 : number], BigIntegerField())
