from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class BlockQuerySet(models.QuerySet):
    pass


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
