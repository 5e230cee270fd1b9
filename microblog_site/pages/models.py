from django.conf import settings
from django.db import models
from django.db.models import Case, When
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from . import built_in, markdown


class PageQuerySet(models.QuerySet):
    def for_reader(self, name, language):
        """The page `name` in `language`, else in the site's or any other language; else the built-in one."""
        nearness = Case(When(language=language, then=0), When(language=settings.LANGUAGE_CODE, then=1), default=2)
        written = self.filter(name=name).order_by(nearness, "pk").first()
        return written or self.model.built_in(name, language)


class Page(models.Model):
    """An administrator's text for one of the fixed pages, in one language."""

    class Name(models.TextChoices):
        ABOUT = "about", _("About")
        RULES = "rules", _("Rules")
        PRIVACY = "privacy", _("Privacy")
        CONTACT = "contact", _("Contact")

    name = models.CharField(_("page"), max_length=20, choices=Name)
    language = models.CharField(_("language"), max_length=35)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="page_once_per_language")]

    def __str__(self):
        return f"{self.get_name_display()} ({self.language})"

    def get_absolute_url(self):
        return reverse(self.name)

    @classmethod
    def built_in(cls, name, language):
        """The built-in page; an unsaved instance."""
        return cls(name=name, language=language, body=built_in.text_of(name, language))

    @property
    def html(self):
        return markdown.to_html(self.body)

    @property
    def summary(self):
        return markdown.first_paragraph(self.html)

    @property
    def direction(self):
        with translation.override(self.language):
            return "rtl" if translation.get_language_bidi() else "ltr"
