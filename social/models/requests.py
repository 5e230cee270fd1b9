from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def _person(role, related_name):
    user = settings.AUTH_USER_MODEL
    return models.ForeignKey(user, models.DB_CASCADE, related_name=related_name, db_index=False, verbose_name=role)


class FollowRequest(models.Model):
    """`follower` asks to follow `followed`, who approves their followers."""

    follower = _person(_("follower"), "requests_sent")
    followed = _person(_("followed"), "follow_requests")
    created_at = models.DateTimeField(_("since"), db_default=Now())

    class Meta:
        default_permissions = ()
        verbose_name = _("follow request")
        verbose_name_plural = _("follow requests")
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_request_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_request_not_oneself"),
        ]
        indexes = [models.Index(fields=["followed", "-id"], name="follow_request_by_followed")]

    def __str__(self):
        return f"{self.follower} → {self.followed}"
