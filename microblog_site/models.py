from django.db import models
from django.utils.translation import gettext_lazy as _


class Page(models.Model):
    """What the operator says about the site on one of its fixed pages, in one language."""

    class Name(models.TextChoices):
        ABOUT = "about", _("About")
        RULES = "rules", _("Rules")
        PRIVACY = "privacy", _("Privacy")
        CONTACT = "contact", _("Contact")

    name = models.CharField(_("page"), max_length=20, choices=Name)
    language = models.CharField(_("language"), max_length=35)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="page_once_per_language")]

    def __str__(self):
        return f"{self.get_name_display()} ({self.language})"


class Count(models.Model):
    """How often somebody did something lately (see `limits`)."""

    key = models.CharField(max_length=100, primary_key=True)
    number = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.key}: {self.number}"
