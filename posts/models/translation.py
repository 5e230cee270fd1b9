from django.db import models
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from .post import Post


class TranslationQuerySet(models.QuerySet):
    pass


class Translation(models.Model):
    """What a service made of one version of a post in one language; asked for once, for all readers.

    The row comes before the text: whoever puts it in, with `made_at` empty, is the one who asks.
    """

    post = models.ForeignKey(
        Post, models.DB_CASCADE, related_name="translations", db_index=False, verbose_name=_("post")
    )
    language = models.CharField(_("language"), max_length=35)
    version = models.PositiveIntegerField(editable=False)
    source = models.CharField(_("translated from"), max_length=35, blank=True)
    provider = models.CharField(_("service"), max_length=20)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    claimed_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(_("translated at"), null=True, editable=False)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(fields=["post", "language", "version"], name="translation_once_per_version"),
        ]

    def __str__(self):
        return self.body if len(self.body) <= 60 else f"{self.body[:59]}…"

    @property
    def safe_html(self):
        """The translated text as HTML, with links; made by `markup.render`, which escapes what the service sent."""
        return mark_safe(self.html)  # noqa: S308
