from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from microblog_site import ceilings

from .case import AsciiLower
from .fields import person_field


class NamedQuerySet(models.QuerySet):
    def named(self, *usernames):
        """Former names equal to one of these, ignoring case."""
        return self.filter(username__lower__in=[username.lower() for username in usernames])


class FormerUsernameQuerySet(NamedQuerySet):
    def held(self):
        """Names still reserved for the person who had them."""
        return self.filter(given_up_at__gt=self._oldest_hold())

    def expired(self):
        return self.filter(given_up_at__lte=self._oldest_hold())

    def hold(self, username, person):
        """Reserve the name that `person` gives up, whoever it was reserved for before."""
        self.named(username).delete()
        return self.create(username=username, user=person)

    @staticmethod
    def _oldest_hold():
        return timezone.now() - timedelta(days=settings.FORMER_USERNAME_DAYS)


class FormerUsername(models.Model):
    """A user name somebody gave up: for a limited time it leads to them and nobody else can take it."""

    user = person_field(_("person"), "former_usernames")
    username = models.CharField(_("user name"), max_length=ceilings.USERNAME)
    given_up_at = models.DateTimeField(_("given up"), db_default=Now())

    objects = FormerUsernameQuerySet.as_manager()

    class Meta:
        verbose_name = _("former user name")
        verbose_name_plural = _("former user names")
        constraints = [models.UniqueConstraint(AsciiLower("username"), name="unique_former_username_without_case")]

    def __str__(self):
        return f"@{self.username}"
