from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MuteQuerySet(models.QuerySet):
    pass


class Mute(models.Model):
    """`muter` does not want `muted` in their timelines, for ever or until a moment."""

    muter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="muting",
        db_index=False,
        verbose_name=_("muter"),
    )
    muted = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="muted_by",
        verbose_name=_("muted"),
    )
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
