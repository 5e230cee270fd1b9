from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class EmailChange(models.Model):
    """A change of a confirmed e-mail address, which the owner of the former one can undo for a while."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="email_changes", verbose_name=_("person")
    )
    former = models.EmailField(_("former address"))
    changed_at = models.DateTimeField(_("changed"), db_default=Now())

    class Meta:
        verbose_name = _("change of an e-mail address")
        verbose_name_plural = _("changes of e-mail addresses")

    def __str__(self):
        return f"{self.user}: {self.former}"


class BlockedDomain(models.Model):
    """A mail domain, with all below it, whose addresses nobody may give."""

    domain = models.CharField(_("domain"), max_length=255)

    class Meta:
        verbose_name = _("blocked mail domain")
        verbose_name_plural = _("blocked mail domains")
        constraints = [models.UniqueConstraint(Lower("domain"), name="unique_blocked_domain_without_case")]

    def __str__(self):
        return self.domain
