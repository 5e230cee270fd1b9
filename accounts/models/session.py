from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A browser's session, which knows whose it is so that it can be ended for them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DB_CASCADE,
        related_name="sessions",
        null=True,
        verbose_name=_("person"),
    )
    handle = models.UUIDField(null=True)  # names the session on pages, which must not show its key
    browser = models.CharField(_("browser"), max_length=100, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    started_at = models.DateTimeField(_("since"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = BaseSessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls):
        from accounts.sessions import SessionStore

        return SessionStore
