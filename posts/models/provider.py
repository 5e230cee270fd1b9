from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.Model):
    """A translation service, and until when the site leaves it alone because it asked for that or fails."""

    name = models.CharField(_("service"), max_length=20, primary_key=True)
    paused_until = models.DateTimeField(_("left alone until"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    class Meta:
        verbose_name = _("translation service")
        verbose_name_plural = _("translation services")

    def __str__(self):
        return self.name


class ProviderDay(models.Model):
    """What was asked of a translation service on one day (UTC)."""

    provider = models.CharField(_("service"), max_length=20)
    day = models.DateField(_("day"))
    requests = models.PositiveIntegerField(_("requests"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    characters = models.PositiveBigIntegerField(_("characters"), default=0)

    class Meta:
        verbose_name = _("use of translation")
        verbose_name_plural = _("use of translation")
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="provider_once_per_day")]
        ordering = ["-day", "provider"]

    def __str__(self):
        return f"{self.provider} {self.day}"
