from itertools import chain

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import person_field

from .requests import FollowRequest

WAITING_BATCH = 500  # requests that become follows in one transaction


class FollowQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, follower, followed):
        """Follow, or ask to if `followed` approves their followers. Returns whether this changed anything.

        False for oneself, or if either is suspended or blocked the other.
        """
        people = _lock(follower.pk, followed.pk)
        are_active = [person.is_active for person in people.values()] == [True, True]
        if not are_active or Block.objects.between(follower, followed).exists():
            return False
        if people[followed.pk].approve_followers and not self.is_following(follower, followed):
            return FollowRequest.objects.get_or_create(follower=follower, followed=followed)[1]
        FollowRequest.objects.withdraw(follower, followed)  # from before everybody could follow
        return self._start(follower, followed)

    @transaction.atomic
    def accept(self, follower, followed):
        """Make a follow of what `follower` asked for. Returns whether this changed anything."""
        _lock(follower.pk, followed.pk)
        return FollowRequest.objects.withdraw(follower, followed) and self._start(follower, followed)

    @transaction.atomic
    def accept_waiting(self, followed):
        """Accept the oldest requests, a batch of them. Returns whether there are more."""
        waiting = followed.follow_requests.all()
        pks = list(waiting.order_by("pk").values_list("follower", flat=True)[:WAITING_BATCH])
        _lock(followed.pk, *pks)  # from now on nobody else asks
        batch = waiting.filter(follower__in=pks)
        accepted = list(batch.order_by("pk").values_list("follower", flat=True))
        batch.delete()
        self.bulk_create(self.model(follower_id=pk, followed=followed) for pk in accepted)
        self._shift_counters(accepted, followed, by=1)
        return waiting.exists()

    @transaction.atomic
    def unfollow(self, follower, followed):
        """End the follow, or withdraw the request. Returns whether this changed anything."""
        _lock(follower.pk, followed.pk)
        withdrawn = FollowRequest.objects.withdraw(follower, followed)
        deleted, _by_model = self.filter(follower=follower, followed=followed).delete()
        if deleted:
            self._shift_counters([follower.pk], followed, by=-1)
        return bool(deleted) or withdrawn

    @transaction.atomic
    def end(self):
        """End all of these follows, a few hundred at most, like `unfollow`."""
        _lock(*chain.from_iterable(self.values_list("follower", "followed")))
        for counter, role in (("following_count", "follower"), ("followers_count", "followed")):
            mine = self.filter(**{role: OuterRef("pk")}).order_by().values(role)
            number = Subquery(mine.annotate(number=Count("pk")).values("number"))
            get_user_model().objects.filter(pk__in=self.values(role)).update(**{counter: F(counter) - number})
        self.delete()

    def follows(self, follower, person):
        """A condition for rows of any model: `follower` follows the person in the field `person`.

        It looks one follow up for each row. For EXISTS or IN as part of an OR, PostgreSQL would collect all there are.
        """
        follow = self.filter(follower=follower, followed=OuterRef(person)).values("pk")
        return Q(IsNull(Subquery(follow[:1]), False))

    def is_following(self, reader, person):
        return not reader.is_anonymous and self.filter(follower=reader, followed=person).exists()

    def hide_reposts(self, follower, followed, hide=True):
        """Keep reposts by `followed` from the timelines of `follower`, or let them in. Returns whether they follow."""
        return self.filter(follower=follower, followed=followed).update(hides_reposts=hide) > 0

    def _start(self, follower, followed):
        _follow, created = self.get_or_create(follower=follower, followed=followed)
        if created:
            self._shift_counters([follower.pk], followed, by=1)
        return created

    @staticmethod
    def _shift_counters(followers, followed, by):
        people = get_user_model().objects
        people.filter(pk__in=followers).shift(following_count=by)
        people.filter(pk=followed.pk).shift(followers_count=by * len(followers))


class Follow(models.Model):
    """`follower` sees the posts of `followed` on their home timeline."""

    follower = person_field(_("follower"), "following", db_index=False)
    followed = person_field(_("followed"), "followers", db_index=False)
    hides_reposts = models.BooleanField(_("hides reposts"), default=False, db_default=False)
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_not_oneself"),
        ]
        indexes = [
            models.Index(fields=["followed", "-id"], name="follow_by_followed"),  # the list of followers
            models.Index(fields=["follower", "-id"], name="follow_by_follower"),  # the list of those followed
            models.Index(fields=["follower"], condition=Q(hides_reposts=True), name="follow_hiding_reposts"),
        ]

    def __str__(self):
        return f"{self.follower} → {self.followed}"

    def delete(self, *args, **kwargs):
        """Delete the follow and update the counters."""
        deleted = int(Follow.objects.unfollow(self.follower, self.followed))
        return deleted, {self._meta.label: deleted}


class BlockQuerySet(models.QuerySet):
    @transaction.atomic
    def block(self, blocker, blocked):
        """Hide the two from each other, and end follows and requests both ways.

        Returns whether this changed anything.
        """
        if blocker == blocked or len(_lock(blocker.pk, blocked.pk)) < 2:
            return False
        _block, created = self.get_or_create(blocker=blocker, blocked=blocked)
        Follow.objects.unfollow(blocker, blocked)
        Follow.objects.unfollow(blocked, blocker)
        return created

    def unblock(self, blocker, blocked):
        """Undo `block`, without restoring follows. Returns whether this changed anything."""
        return self.filter(blocker=blocker, blocked=blocked).delete()[0] > 0

    def between(self, one, other):
        """Blocks either way."""
        return self.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))

    def none_between(self, viewer, person):
        """A condition for rows of any model: neither `viewer` nor the person in the field `person` blocked the other.

        The viewer's own list of blocked people is short and read as a whole; those who blocked them may be very many,
        so the person in question is looked up among them.
        """
        if viewer.is_anonymous:
            return Q()
        mine = self.filter(blocker=viewer).values("blocked")
        return ~Q(**{f"{person}__in": mine}) & ~Exists(self.filter(blocker=OuterRef(person), blocked=viewer))


class Block(models.Model):
    """`blocker` and `blocked` are hidden from each other everywhere."""

    blocker = person_field(_("blocker"), "blocking", db_index=False)
    blocked = person_field(_("blocked"), "blocked_by", db_index=False)
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_oneself"),
        ]
        indexes = [models.Index(fields=["blocked", "blocker"], name="block_by_blocked")]

    def __str__(self):
        return f"{self.blocker} → {self.blocked}"


class MuteQuerySet(models.QuerySet):
    def mute(self, muter, muted, until=None):
        """Mute for ever or until a moment; the latest call wins. Returns whether the person is muted now."""
        if muter == muted:
            return False
        # A single statement, so that no simultaneous `unmute` can come between.
        mute = self.model(muter=muter, muted=muted, until=until)
        self.bulk_create([mute], update_conflicts=True, unique_fields=["muter", "muted"], update_fields=["until"])
        return True

    def unmute(self, muter, muted):
        """Returns whether this changed anything."""
        return self.filter(muter=muter, muted=muted).delete()[0] > 0

    def current(self):
        return self.filter(Q(until=None) | Q(until__gt=Now()))

    def expired(self):
        return self.filter(until__lte=timezone.now())

    def muted_by(self, viewer):
        """The ids of the people that `viewer` currently mutes."""
        if viewer.is_anonymous:
            return self.none().values("muted")
        return self.current().filter(muter=viewer).values("muted")

    def find(self, viewer, person):
        return None if viewer.is_anonymous else self.current().filter(muter=viewer, muted=person).first()


class Mute(models.Model):
    """`muter` does not see `muted` in their timelines, for ever or until a moment."""

    muter = person_field(_("muter"), "muting", db_index=False)
    muted = person_field(_("muted"), "muted_by")
    until = models.DateTimeField(_("until"), null=True)
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = MuteQuerySet.as_manager()

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_not_oneself"),
        ]

    def __str__(self):
        return f"{self.muter} → {self.muted}"


def _lock(*pks):
    """Lock the people with these ids, if they exist, until the transaction ends; returns them by id.

    This serializes what people do to each other at the same time. Rows are locked in the order of their ids, which
    rules out deadlocks; foreign keys do not wait for this kind of lock.
    """
    people = get_user_model().objects.filter(pk__in=pks).order_by("pk").only("is_active", "approve_followers")
    return {person.pk: person for person in people.select_for_update(no_key=True)}
