from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.fields import person_field
from posts.models import Post


class ReportQuerySet(models.QuerySet):
    def reportable_people(self, reporter):
        """Everybody except `reporter` and people who have blocked them."""
        people = get_user_model().objects.active().exclude(pk=reporter.pk)
        return people.exclude(pk__in=reporter.blocked_by.values("blocker"))

    def reportable_posts(self, reporter):
        """The posts of these people that everybody can read, or `reporter`."""
        readable = Post.objects.visible_to(AnonymousUser()) | Post.objects.visible_to(reporter)
        return readable.filter(author__in=self.reportable_people(reporter))

    def readable_posts(self, moderator):
        """What people wrote for everybody, and posts for followers that were reported, or are the moderator's own."""
        written = Post.objects.filter(repost_of=None, deleted_at=None)
        reported = Exists(self.model.objects.filter(post=OuterRef("pk")))
        return written.filter(Q(owner=None) | Q(author=moderator) | reported)

    @transaction.atomic
    def file(self, reporter, person, post=None, **what):
        """Report `person`, or a `post` of theirs, to the moderators; while a report by the same reporter is open, add
        to it.

        Safe to repeat. Returns the report. Raises `ObjectDoesNotExist` if the post or the person is gone.
        """
        # Locked, so that nobody edits, deletes or closes anything between the snapshot and the report.
        subjects = Post.objects.filter(deleted_at=None) if post else get_user_model().objects
        subject = subjects.select_for_update(no_key=True).get(pk=(post or person).pk)
        snapshot = subject.body if post else f"{subject.name} (@{subject.username})\n\n{subject.about_me}".strip()
        about = {"reporter": reporter, "person": person, "post": post, "is_about_post": bool(post)}
        report, is_new = self.open_by(reporter, person, post).get_or_create(
            defaults={**about, **what, "snapshot": snapshot}
        )
        if not is_new:
            report.add(what["reason"], what.get("comment", ""), snapshot)
        return report

    def open_by(self, reporter, person, post=None):
        """The open report by `reporter` about `person`, or about `post`, if any."""
        about = {"post": post} if post else {"person": person, "is_about_post": False}
        return self.open().filter(reporter=reporter, **about)

    def open(self):
        return self.filter(closed_at=None)

    def closed(self):
        return self.filter(closed_at__isnull=False)

    def about_the_same(self, report):
        """Reports about the same person, or the same post; deleted posts are matched by their text."""
        about = {"person": report.person_id, "is_about_post": report.is_about_post}
        if report.is_about_post:
            about |= {"post": report.post_id} if report.post_id else {"post": None, "snapshot": report.snapshot}
        return self.filter(**about)

    def with_open_count(self):
        """Annotate with `open_count`, the number of open reports about the same person or post."""
        open_ones = self.model.objects.open().filter(
            Q(is_about_post=False)
            | Q(post=OuterRef("post"))
            | Q(IsNull(OuterRef("post"), True), post=None, snapshot=OuterRef("snapshot")),
            person=OuterRef("person"),
            is_about_post=OuterRef("is_about_post"),
        )
        counted = open_ones.order_by().values("person").annotate(number=Count("pk")).values("number")
        return self.annotate(open_count=Coalesce(Subquery(counted), 0))

    def tally(self):
        """Pairs of an outcome's label and the number of reports; the open ones come first."""
        numbers = dict(self.order_by().values_list("outcome").annotate(Count("pk")))
        labels = [("", pgettext_lazy("reports", "open")), *Report.Outcome.choices]
        return [(label, numbers[outcome]) for outcome, label in labels if outcome in numbers]


class Report(models.Model):
    class Reason(models.TextChoices):
        SPAM = "spam", _("Spam or advertising")
        HARASSMENT = "harassment", _("Harassment or bullying")
        HATE = "hate", _("Hate or discrimination")
        VIOLENCE = "violence", _("Violence or threats")
        SEXUAL = "sexual", _("Sexual content")
        PRIVACY = "privacy", _("Somebody's private information")
        IMPERSONATION = "impersonation", _("Impersonation")
        SELF_HARM = "self_harm", _("Self-harm: somebody may need help")
        RULES = "rules", _("Something else that breaks the rules")

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", _("No action")
        HIDDEN = "hidden", _("Post hidden")
        WARNED = "warned", _("Person warned")
        SUSPENDED = "suspended", _("Person suspended")

    reporter = person_field(_("reporter"), "reports", db_index=False)
    person = person_field(_("reported person"), "reports_about")
    is_about_post = models.BooleanField(_("about a post"), default=False)
    post = models.ForeignKey(
        Post, models.DB_SET_NULL, null=True, related_name="reports", verbose_name=_("reported post")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    comment = models.TextField(_("comment"), blank=True)
    snapshot = models.TextField(_("as it was when reported"), blank=True)
    # The language in which the reporter used the site.
    language = models.CharField(_("language"), max_length=35, blank=True)
    created_at = models.DateTimeField(_("reported at"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    note = models.TextField(_("note"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = person_field(_("closed by"), "+", models.DB_SET_NULL, null=True, db_index=False)

    has_effect = True  # the outcome: whether closing changed the post or person

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        permissions = [("moderate_report", "Can act on reports")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "post"], condition=Q(closed_at=None), name="report_post_once_while_open"
            ),
            models.UniqueConstraint(
                fields=["reporter", "person"],
                condition=Q(is_about_post=False, closed_at=None),
                name="report_person_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="report_closed_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(closed_at=None), name="report_open"),
            models.Index(fields=["reporter"], name="report_by_reporter"),
        ]

    def __str__(self):
        return f"#{self.pk}"

    def add(self, reason, comment, snapshot):
        """Add what the reporter says later, unless they have said it before."""
        said = [(one.reason, one.comment, one.snapshot) for one in self.statements]
        if (reason, comment, snapshot) not in said:
            self.additions.create(reason=reason, comment=comment, snapshot=snapshot)

    @property
    def statements(self):
        """The report itself, and what was added to it."""
        return [self, *self.additions.all()]

    @property
    def reasons(self):
        return ", ".join(dict.fromkeys(one.get_reason_display() for one in self.statements))

    @property
    def excerpt(self):
        beginning = " ".join(self.snapshot.split())
        return beginning if len(beginning) <= 80 else f"{beginning[:79]}…"

    @property
    def possible_outcomes(self):
        if self.person.erased_at:
            return [self.Outcome.DISMISSED]
        possible = {
            self.Outcome.DISMISSED: True,
            self.Outcome.HIDDEN: self.post is not None,
            self.Outcome.WARNED: get_user_model().objects.reachable().filter(pk=self.person_id).exists(),
            self.Outcome.SUSPENDED: True,
        }
        return [outcome for outcome, is_possible in possible.items() if is_possible]

    @transaction.atomic
    def close(self, moderator, outcome, note):
        """Carry out `outcome`, and close this report and all open ones about the same person or post with it.

        `note` is for the moderators. Returns the closed reports: none if somebody else closed this one first, or if the
        outcome is no longer possible.
        """
        self._lock()
        reports = list(Report.objects.open().about_the_same(self).order_by("pk"))
        if self not in reports or outcome not in self.possible_outcomes:
            return []
        if outcome == self.Outcome.HIDDEN:
            self.has_effect = self.post.hide()
        elif outcome == self.Outcome.SUSPENDED:
            self.has_effect = self.person.suspend()
        closing = {"outcome": outcome, "note": note, "closed_at": timezone.now(), "closed_by": moderator}
        Report.objects.filter(pk__in=[report.pk for report in reports]).update(**closing)
        return reports

    def _lock(self):
        """Lock the subject, the post before the person as `Post` does, and read the report again.

        This serializes moderators who act at the same time on any of the reports about it.
        """
        if post := Post.objects.filter(pk=self.post_id).first():
            Post.objects.lock(post)
        get_user_model().objects.select_for_update(no_key=True).filter(pk=self.person_id).values_list("pk").first()
        self.refresh_from_db()


class ReportAddition(models.Model):
    """What a reporter added to their report while it was open."""

    report = models.ForeignKey(Report, models.DB_CASCADE, related_name="additions", verbose_name=_("report"))
    reason = models.CharField(_("reason"), max_length=20, choices=Report.Reason)
    comment = models.TextField(_("comment"), blank=True)
    snapshot = models.TextField(_("as it was then"), blank=True)
    created_at = models.DateTimeField(_("added at"), db_default=Now())

    class Meta:
        verbose_name = _("addition to a report")
        verbose_name_plural = _("additions to reports")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"#{self.report_id}"
