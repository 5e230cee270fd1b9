import logging
from datetime import timedelta
from math import ceil

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.translation import services

MIN_PAUSE, MAX_PAUSE = 5, 10 * 60  # seconds, growing with each failure in a row
MAX_RETRY_AFTER = 24 * 60 * 60  # the longest pause in seconds that a service may ask for

logger = logging.getLogger(__name__)


class ProviderQuerySet(models.QuerySet):
    def paused(self, name):
        """The service with this name if it is paused, else None."""
        provider = self.filter(pk=name).first()
        return provider if provider and provider.seconds_left else None

    def seconds_left(self, name):
        """Seconds until this service may be used; 0 if it is not paused."""
        provider = self.paused(name)
        return provider.seconds_left if provider else 0

    def ask(self, service, post, language):
        """Have `service` translate `post` into `language`, and record the usage. Raises `TranslationError`."""
        try:
            answer = service.translate(post.body, post.language, language)
        except services.TranslationError as error:
            ProviderDay.objects.add(service.name, requests=1, failures=1)
            self._note_outcome(service, error)
            raise
        ProviderDay.objects.add(service.name, requests=1, characters=service.cost(post.body))
        self._note_outcome(service)
        return answer

    def _note_outcome(self, service, error=None):
        if error is None or isinstance(error, services.Refused):
            self.filter(pk=service.name, failures__gt=0).update(failures=0)
            return
        is_refused = isinstance(error, services.NotSetUp)
        if self.pause(service.name, error.retry_after, is_refused=is_refused) and is_refused:
            logger.error("%s is not set up right: %s", service.title, error)

    @transaction.atomic
    def pause(self, name, seconds=None, *, is_refused=False):
        """Pause a service after another failure, for `seconds` or longer each time; `is_refused` if the service refused
        the site's settings. Returns whether it was not paused yet.
        """
        provider, _created = self.select_for_update(no_key=True).get_or_create(pk=name)
        was_paused = provider.seconds_left > 0
        if seconds is None:
            seconds = min(MIN_PAUSE * 2 ** min(provider.failures, 30), MAX_PAUSE)
        until = timezone.now() + timedelta(seconds=min(max(seconds, 1), MAX_RETRY_AFTER))
        until = max(until, provider.paused_until or until)
        self.filter(pk=name).update(failures=F("failures") + 1, paused_until=until, is_refused=is_refused)
        return not was_paused

    def resume(self):
        return self.update(paused_until=None, failures=0)


class Provider(models.Model):
    """A translation service, and until when it is paused because it asked for that or failed."""

    name = models.CharField(_("service"), max_length=20, primary_key=True)
    paused_until = models.DateTimeField(_("paused until"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    is_refused = models.BooleanField(default=False, db_default=False, editable=False)  # the reason for the pause

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation service")
        verbose_name_plural = _("translation services")

    def __str__(self):
        return services.title(self.name)

    @property
    def seconds_left(self):
        if self.paused_until is None:
            return 0
        return max(ceil((self.paused_until - timezone.now()).total_seconds()), 0)


class ProviderDayQuerySet(models.QuerySet):
    def add(self, name, **numbers):
        """Add to today's usage of a service."""
        more = {column: F(column) + number for column, number in numbers.items()}
        self.update_or_create(defaults=more, create_defaults=numbers, provider=name, day=timezone.now().date())


class ProviderDay(models.Model):
    """The usage of a translation service on one day (UTC)."""

    provider = models.CharField(_("service"), max_length=20)
    day = models.DateField(_("day"))
    requests = models.PositiveIntegerField(_("requests"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    characters = models.PositiveBigIntegerField(_("characters"), default=0)

    objects = ProviderDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of translation")
        verbose_name_plural = _("use of translation")
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="provider_once_per_day")]
        ordering = ["-day", "provider"]

    def __str__(self):
        return f"{services.title(self.provider)} {self.day}"
