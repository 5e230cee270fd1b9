from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MuteQuerySet(models.QuerySet):
    def mute(self, muter, muted, until=None):
        """Keep `muted` out of the timelines of `muter`, for ever or until a moment; the last word counts.

        Nobody mutes themself. Returns whether they are muted now.
        """
        if muter == muted:
            return False
        mute = self.model(muter=muter, muted=muted, until=until)
        self.bulk_create([mute], update_conflicts=True, unique_fields=["muter", "muted"], update_fields=["until"])
        return True

    def unmute(self, muter, muted):
        """Undo `mute`; safe to repeat. Returns whether this changed anything."""
        deleted, _by_model = self.filter(muter=muter, muted=muted).delete()
        return bool(deleted)

    def current(self):
        """Leave out those that are over."""
        return self.filter(Q(until=None) | Q(until__gt=Now()))

    def expired(self):
        """Those that are over."""
        return self.filter(until__lte=timezone.now())

    def muted_by(self, viewer):
        """The ids of those whom `viewer` does not want to read at the moment; nobody's for an anonymous one."""
        if viewer.is_anonymous:
            return self.none().values("muted")
        return self.current().filter(muter=viewer).values("muted")

    def find(self, viewer, person):
        """What keeps `person` out of the timelines of `viewer` at the moment, or None."""
        return None if viewer.is_anonymous else self.current().filter(muter=viewer, muted=person).first()

    def newest_first(self):
        return self.order_by("-pk")


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
