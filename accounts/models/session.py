from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .fields import person_field

MAX_LISTED = 100


class SessionQuerySet(models.QuerySet):
    def live(self):
        return self.filter(expire_date__gt=timezone.now())

    def expired(self):
        return self.filter(expire_date__lte=timezone.now())

    def listed(self):
        """The sessions shown to their person, most recently used first."""
        return self.live().order_by(F("last_used_at").desc(nulls_last=True), "pk")[:MAX_LISTED]


class Session(AbstractBaseSession):
    """A browser session and its person, who can end it."""

    user = person_field(_("person"), "sessions", null=True)
    handle = models.UUIDField(null=True)  # identifies the session on pages, which must not show its key
    browser = models.CharField(_("browser"), max_length=100, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    started_at = models.DateTimeField(_("since"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = BaseSessionManager.from_queryset(SessionQuerySet)()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        return self.device  # Django returns the key, which must appear in no page and no log.

    @classmethod
    def get_session_store_class(cls):
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")

    @property
    def device(self):
        """The browser's name, such as "Firefox on Linux"."""
        browser, _on, system = self.browser.partition(" on ")
        if system:
            return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
        return browser or gettext("Unknown browser")
