from itertools import chain

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .block import Block
from .pair import lock_pair, lock_people


class FollowQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, follower, followed):
        """Let `follower` read `followed` at home; safe to repeat.

        Nobody follows themself, somebody suspended, or somebody where one of the two blocked the other. Returns whether
        this changed anything.
        """
        if lock_pair(follower, followed) != [True, True] or Block.objects.between(follower, followed).exists():
            return False
        _follow, created = self.get_or_create(follower=follower, followed=followed)
        if created:
            self._shift_counters(follower, followed, by=1)
        return created

    @transaction.atomic
    def unfollow(self, follower, followed):
        """Undo `follow`; safe to repeat. Returns whether this changed anything."""
        lock_pair(follower, followed)
        deleted, _by_model = self.filter(follower=follower, followed=followed).delete()
        if deleted:
            self._shift_counters(follower, followed, by=-1)
        return bool(deleted)

    @transaction.atomic
    def end(self):
        """Undo all of these, some hundreds at most, as `unfollow` does."""
        lock_people(*chain.from_iterable(self.values_list("follower", "followed")))
        for counter, role in (("following_count", "follower"), ("followers_count", "followed")):
            mine = self.filter(**{role: OuterRef("pk")}).order_by().values(role)
            number = Subquery(mine.annotate(number=Count("pk")).values("number"))
            get_user_model().objects.filter(pk__in=self.values(role)).update(**{counter: F(counter) - number})
        self.delete()

    def followed_among(self, people, reader):
        """The ids of those of `people` whom `reader` follows; an anonymous one follows nobody."""
        if reader.is_anonymous:
            return set()
        return set(self.filter(follower=reader, followed__in=people).values_list("followed", flat=True))

    def newest_first(self):
        return self.order_by("-pk")

    @staticmethod
    def _shift_counters(follower, followed, by):
        people = get_user_model().objects
        people.filter(pk=follower.pk).shift(following_count=by)
        people.filter(pk=followed.pk).shift(followers_count=by)


class Follow(models.Model):
    """`follower` reads the posts of `followed` at home."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="following",
        db_index=False,
        verbose_name=_("follower"),
    )
    followed = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="followers",
        db_index=False,
        verbose_name=_("followed"),
    )
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
        ]

    def __str__(self):
        return f"{self.follower} → {self.followed}"

    def delete(self, *args, **kwargs):
        """Unfollow, so that the counters stay right."""
        deleted = int(Follow.objects.unfollow(self.follower, self.followed))
        return deleted, {self._meta.label: deleted}
