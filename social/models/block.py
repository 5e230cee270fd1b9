from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .pair import lock_pair


class BlockQuerySet(models.QuerySet):
    @transaction.atomic
    def block(self, blocker, blocked):
        """Hide the two from each other, and end their follows both ways; safe to repeat. Nobody blocks themself.

        Returns whether this changed anything.
        """
        from .follow import Follow

        if blocker == blocked or len(lock_pair(blocker, blocked)) < 2:
            return False
        _block, created = self.get_or_create(blocker=blocker, blocked=blocked)
        Follow.objects.unfollow(blocker, blocked)
        Follow.objects.unfollow(blocked, blocker)
        return created

    def unblock(self, blocker, blocked):
        """Undo `block`, but for the follows; safe to repeat. Returns whether this changed anything."""
        deleted, _by_model = self.filter(blocker=blocker, blocked=blocked).delete()
        return bool(deleted)

    def between(self, one, other):
        """Blocks either way."""
        return self.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))

    def none_between(self, viewer, person):
        """A condition for rows of any model: that neither `viewer` nor who is in the field `person` blocked the other.

        Anonymous viewers neither block nor are blocked. Whom one blocked is a short list and read whole; those who
        blocked somebody may be very many, so that the one in question is looked up among them.
        """
        if viewer.is_anonymous:
            return Q()
        mine = self.filter(blocker=viewer).values("blocked")
        return ~Q(**{f"{person}__in": mine}) & ~Exists(self.filter(blocker=OuterRef(person), blocked=viewer))

    def newest_first(self):
        return self.order_by("-pk")


class Block(models.Model):
    """`blocker` and `blocked` are hidden from each other everywhere."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="blocking",
        db_index=False,
        verbose_name=_("blocker"),
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="blocked_by",
        db_index=False,
        verbose_name=_("blocked"),
    )
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
