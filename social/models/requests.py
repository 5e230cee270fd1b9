from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import person_field


class FollowRequestQuerySet(models.QuerySet):
    """How requests are made and accepted: `Follow.objects`."""

    def withdraw(self, follower, followed):
        """End a request, by either of the two. Returns whether this changed anything."""
        return self.filter(follower=follower, followed=followed).delete()[0] > 0


class FollowRequest(models.Model):
    """`follower` asks to follow `followed`, who approves their followers."""

    follower = person_field(_("follower"), "requests_sent", db_index=False)
    followed = person_field(_("followed"), "follow_requests", db_index=False)
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = FollowRequestQuerySet.as_manager()

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
