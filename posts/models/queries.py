"""The queries that find posts, and those that publish and remove them."""

import uuid
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from microblog_site.paging import CursorQuerySet
from social.models import Block, Follow, Mute

from .counting import count
from .marks import ConversationMute
from .newest import NewestPost

PINS = 3
PLACE = Q(body="", deleted_at__isnull=False)  # what remains of an erased post that has replies
UNDO_TIME = timedelta(minutes=1)  # in which a deleted post can be restored


class Gone(Exception):  # noqa: N818, not an error in anybody's code
    """The post to answer, quote or repost was deleted or hidden in the meantime."""


class TooManyPins(Exception):  # noqa: N818, as above
    """`PINS` other posts of the person are pinned."""


class PostQuerySet(CursorQuerySet):
    def visible_to(self, viewer):
        """The written posts that `viewer` may read: the one place that knows."""
        return self.acts_visible_to(viewer).filter(repost_of=None)

    def acts_visible_to(self, viewer):
        """Like `visible_to`, with reposts: whether `viewer` may read the original of one has to be looked up, too."""
        active = get_user_model().objects.active().filter(pk=OuterRef("author"))
        return self.filter(Exists(active)).acts_of_active_visible_to(viewer)

    def acts_of_active_visible_to(self, viewer):
        """Like `acts_visible_to`, where it is known that no author is suspended or about to be deleted."""
        return self.filter(Block.objects.none_between(viewer, "author"), _is_for(viewer), hidden=False)

    def places_visible_to(self, viewer):
        """Deleted posts that have replies, in threads that `viewer` may read."""
        has_replies = Exists(self.model.objects.filter(in_reply_to=OuterRef("pk")))
        return self.filter(_is_for(viewer), Q(body="") | has_replies, deleted_at__isnull=False)

    def withdrawn(self):
        """Posts that their authors deleted and can still restore."""
        return self.filter(deleted_at__gt=timezone.now() - UNDO_TIME).exclude(PLACE)

    def to_erase(self):
        """Posts that their authors deleted and can't restore any more."""
        return self.filter(deleted_at__lte=timezone.now() - UNDO_TIME).exclude(PLACE)

    def expire(self):
        """End the time in which these deleted posts can be restored. Returns their number."""
        return self.update(deleted_at=timezone.now() - UNDO_TIME)

    def meant_by(self, pk):
        """The post with this id; if that is a repost, its original."""
        row = self.model.objects.filter(pk=pk).values(original=Coalesce("repost_of", "pk"))
        return self.filter(pk__in=row)

    def public(self):
        """Leave out posts for followers."""
        return self.filter(owner=None)

    def without_muted(self, viewer):
        return self.exclude(author__in=Mute.objects.muted_by(viewer))

    def by_followed(self, user):
        """Posts for the home timeline of `user`: their own and those of accounts they follow."""
        followed = Follow.objects.filter(follower=user).values("followed")
        # "+ 0" keeps SQLite from collecting everything these people ever wrote, instead of walking down from the
        # newest.
        return self.alias(writer=F("author_id") + 0).filter(Q(writer=user.pk) | Q(writer__in=followed))

    def newest(self):
        """The highest id, hidden posts included; 0 if there are none."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def renew(self):
        """Increment the versions, so that cached HTML is rendered again."""
        return self.update(version=F("version") + 1)

    def shift(self, **counters):
        """Change counter columns by deltas: `shift(likes_count=1)`."""
        return self.update(**{name: F(name) + delta for name, delta in counters.items()})

    def publish(self, author, body, language="", submission=None, **more):
        """Write a post; sending the same `submission` (a UUID created with the form) again returns the first post.

        `language` is a BCP 47 tag, or empty to detect it. `more` may have `in_reply_to` and `quote_of`, posts that
        `author` may answer and quote, `for_followers` and `content_warning`. Raises `Gone` if one of the two is.
        """
        post = self.model.new(author, submission=submission or uuid.uuid4(), **more)
        post.write(body, language)
        try:
            with transaction.atomic():
                self._lock_present(post.in_reply_to_id, post.quote_of_id)
                count([post], 1)
                # The author is locked now. To insert it again would wait for whoever is answering the first one, who
                # may be waiting for the author.
                if self.filter(author=author, submission=post.submission).exists():
                    raise IntegrityError
                post.learn(post.guess)
                self._save_in_turn(post)
        except (IntegrityError, Gone):
            if first := self.filter(author=author, submission=post.submission).first():
                return first
            raise
        return post

    def repost(self, person, original):
        """Have `person` repost a public post. Returns whether this changed anything. Raises `Gone`."""
        repost = self.model(author=person, repost_of=original, other_author_id=original.author_id)
        try:
            with transaction.atomic():
                # The counter first: it locks the original.
                if not self.public().filter(pk=original.pk, hidden=False).shift(reposts_count=1):
                    raise Gone
                self._save_in_turn(repost)
        except IntegrityError:
            return False
        return True

    def unrepost(self, person, original):
        """Returns whether this changed anything."""
        return bool(self.filter(author=person, repost_of=original).remove())

    @transaction.atomic
    def pin(self, person, post):
        """Pin a post that `person` wrote to their profile; harmless if it is. Raises `Gone`, or `TooManyPins`."""
        self.filter(author=person)._lock_present(post.pk)
        # The post before the person, as everywhere; the person, so that of several at once each counts the others.
        get_user_model().objects.select_for_update(no_key=True).get(pk=person.pk)
        mine = self.filter(author=person)
        if mine.filter(pinned_at__isnull=False, hidden=False).exclude(pk=post.pk).count() >= PINS:
            raise TooManyPins
        mine.filter(pk=post.pk, pinned_at=None).update(pinned_at=timezone.now())

    def unpin(self, person, post):
        """Returns whether this changed anything."""
        return self.filter(pk=post.pk, author=person, pinned_at__isnull=False).update(pinned_at=None) > 0

    @transaction.atomic
    def unquote(self, quote):
        """Remove the quoted post of `quote`. Returns whether this changed anything."""
        list(self.filter(pk__in=(quote.pk, quote.quote_of_id)).locked().values_list("pk"))
        present = self.filter(pk=quote.pk, quote_of__isnull=False).first()
        if present:
            self.filter(pk=present.pk).update(quote_of=None)
            if present.owner_id is None and not present.hidden:
                self.filter(pk=present.quote_of_id).shift(quotes_count=-1)
        return bool(present)

    @transaction.atomic
    def remove(self):
        """Delete these posts, a few hundred at most; one that has replies leaves an unnamed place in its thread.

        Safe to repeat and in a race. Returns the posts that were deleted.
        """
        everything = self.model.objects.all()
        ids = {pk for row in self.values_list("pk", "in_reply_to", "quote_of", "repost_of") for pk in row if pk}
        list(everything.filter(pk__in=ids).locked().values_list("pk"))
        posts = list(self.filter(pk__in=ids).exclude(PLACE).order_by("-pk"))  # what came since isn't locked
        places = _places_of(posts)
        gone = {post.pk for post in posts}
        ConversationMute.objects.filter(conversation__in=gone - {place.pk for place in places}).delete()
        everything.filter(pk__in=gone).delete()
        everything.bulk_create(places)
        everything._remove_places_without_replies({post.in_reply_to_id for post in posts} - {None})
        if counted := [post for post in posts if not post.hidden]:
            count(counted, -1)  # last, because it locks people
        return posts

    def _remove_places_without_replies(self, pks):
        while pks:
            places = self.filter(PLACE, pk__in=pks).locked()
            empty = [place for place in places if not place.replies.exists()]
            ConversationMute.objects.filter(conversation__in=empty).delete()
            self.filter(pk__in=[place.pk for place in empty]).delete()
            pks = {place.in_reply_to_id for place in empty} - {None}
            # One that is being deleted at the same moment is no place yet: wait until it is.
            list(self.filter(pk__in=pks).locked().values_list("pk"))

    def _lock_present(self, *pks):
        """Lock the posts with these ids, if any, until the transaction ends. Raises `Gone` unless all are there."""
        pks = set(pks) - {None}
        if pks and len(self.filter(pk__in=pks, hidden=False).locked().values_list("pk")) < len(pks):
            raise Gone

    def locked(self):
        """Lock posts until the transaction ends; together with those they answer, quote or repost, if these are to be
        counted again. Always from the oldest to the newest, and before people, which rules out deadlocks.
        """
        return self.order_by("pk").select_for_update(no_key=True)

    def lock(self, post):
        """Lock `post`, and the posts that count it."""
        list(self.filter(pk__in=(post.in_reply_to_id, post.quote_of_id, post.pk)).locked().values_list("pk"))

    def _save_in_turn(self, post):
        """Have posts committed in the order of their ids, so that readers who know an id miss none that is lower.

        PostgreSQL gives an id before it commits, and a later post may overtake; SQLite has one writer at a time anyway.
        Called last in the transaction, or before the rest of a thread: nobody waits for longer than these and a commit.
        """
        if connection.vendor == "postgresql":
            post.pk = NewestPost.objects.take_turn(post.author_id)
            post.save(force_insert=True)
        else:
            post.save(force_insert=True)
            NewestPost.objects.note(post)


def _is_for(viewer):
    """A condition for posts: public, or for the followers of its owner and those concerned, if `viewer` is one."""
    if viewer.is_anonymous:
        return Q(owner=None)
    concerned = Q(author=viewer.pk) | Q(owner=viewer.pk) | Q(other_author=viewer.pk)
    return Q(owner=None) | concerned | Follow.objects.follows(viewer, "owner")


def _places_of(posts):
    """What remains of `posts`, which go from the newest to the oldest: those that something remaining answers."""
    ids = [post.pk for post in posts]
    replies = type(posts[0]).objects.filter(in_reply_to__in=ids).exclude(pk__in=ids) if posts else ()
    answered = {reply.in_reply_to_id for reply in replies}
    places = []
    for post in posts:
        if post.pk in answered:
            places.append(post.emptied())
            answered.add(post.in_reply_to_id)
    return places
