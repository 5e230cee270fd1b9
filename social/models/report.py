from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ReportQuerySet(models.QuerySet):
    pass


class Report(models.Model):
    """`reporter` asks the moderators to look at `person`, or at one post of theirs."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam or advertising")
        HARASSMENT = "harassment", _("Harassment or bullying")
        HATE = "hate", _("Hate or discrimination")
        VIOLENCE = "violence", _("Violence or threats")
        SEXUAL = "sexual", _("Sexual content")
        PRIVACY = "privacy", _("Somebody's private data")
        IMPERSONATION = "impersonation", _("Somebody who poses as another")
        SELF_HARM = "self_harm", _("Self-harm: somebody may need help")
        RULES = "rules", _("Something else that breaks the rules")

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", _("No action")
        HIDDEN = "hidden", _("Post hidden")
        WARNED = "warned", _("Person warned")
        SUSPENDED = "suspended", _("Person suspended")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="reports", verbose_name=_("reporter")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="reports_about", verbose_name=_("reported person")
    )
    is_about_post = models.BooleanField(_("about a post"), default=False)
    post = models.ForeignKey(
        "posts.Post", models.DB_SET_NULL, null=True, related_name="reports", verbose_name=_("reported post")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    comment = models.TextField(_("comment"), blank=True)
    snapshot = models.TextField(_("as it was when reported"), blank=True)
    created_at = models.DateTimeField(_("reported"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    note = models.TextField(_("note"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, null=True, related_name="+", verbose_name=_("closed by")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        permissions = [("moderate_report", "Can act on reports")]
        constraints = [
            models.UniqueConstraint(fields=["reporter", "post"], name="report_post_once"),
            models.UniqueConstraint(
                fields=["reporter", "person"], condition=Q(is_about_post=False), name="report_person_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="report_closed_with_outcome",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(closed_at=None), name="report_open")]

    def __str__(self):
        return f"#{self.pk}"
