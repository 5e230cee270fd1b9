import re

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from accounts.admin import PersonSearchMixin
from microblog_site import security_log
from microblog_site.admin import ReadOnlyMixin
from moderation.forms import ClosingForm
from moderation.models import Report
from moderation.thread import around

from .moderated import ModeratedAdmin

REPORT_NUMBER = re.compile(r"#(\d{1,18})")
POST_LINK = re.compile(r".*/(\d{1,18})/?")
MAX_SHOWN = 10  # entries per list on a report's page
MAX_COUNTED = 99

Outcome = Report.Outcome
RIGHTS = {Outcome.HIDDEN: "posts.moderate_post", Outcome.SUSPENDED: "accounts.moderate_user"}
RECORDS = {
    Outcome.HIDDEN: _("Hidden: %(reason)s"),
    Outcome.WARNED: _("Warned: %(reason)s\nE-mailed: %(message)s"),
    Outcome.SUSPENDED: _("Suspended: %(reason)s"),
}
BUTTONS = {
    Outcome.DISMISSED: _("Dismiss"),
    Outcome.HIDDEN: _("Hide the post"),
    Outcome.WARNED: _("Warn the person"),
    Outcome.SUSPENDED: _("Suspend the person"),
}


class StateFilter(admin.SimpleListFilter):
    """Open reports by default, so that the list is fast however many are closed."""

    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("closed", pgettext_lazy("reports", "Closed")), ("all", pgettext_lazy("reports", "All"))]

    def choices(self, changelist):
        for value, label in [(None, _("Open")), *self.lookup_choices]:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.closed() if self.value() == "closed" else queryset.open()


@admin.register(Report)
class ReportAdmin(ReadOnlyMixin, PersonSearchMixin, ModeratedAdmin):
    responsible = "person__"
    list_filter = [StateFilter]
    list_select_related = ["person", "reporter"]
    search_numbers = {"pk": REPORT_NUMBER, "post": POST_LINK}
    search_help_text = _("The reported person's user name, a link to a post, or #number.")

    def menu_name(self, request):
        name = capfirst(self.opts.verbose_name_plural)
        count = len(self.shown_to(request.user).open().values_list("pk")[: MAX_COUNTED + 1])
        if not count:
            return name
        text = ngettext("%(count)s open", "%(count)s open", count)
        text %= {"count": count if count <= MAX_COUNTED else f"{MAX_COUNTED}+"}
        return format_html('{} <span class="badge">{}</span>', name, text)

    def shown_to(self, moderator):
        """All reports except those about the moderator."""
        return Report.objects.exclude(self.belonging_to(moderator))

    # The list

    def get_queryset(self, request):
        return self.shown_to(request.user).with_open_count().prefetch_related("additions")

    def get_list_display(self, request):
        columns = {"closed": ["state"], "all": ["open_count", "state"]}.get(request.GET.get("state"), ["open_count"])
        return ["created_at", "person", "excerpt", "reasons", "reporter", *columns]

    def get_ordering(self, request):
        return ["-pk"] if request.GET.get("state") in ("closed", "all") else ["pk"]

    def lookup_allowed(self, lookup, value, request):
        return lookup == "reporter" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("excerpt"))
    def excerpt(self, report):
        return report.excerpt

    @admin.display(description=_("reason"))
    def reasons(self, report):
        newest = report.statements[-1]
        if newest == report:
            return report.reasons
        moment = date_format(timezone.localtime(newest.created_at), "DATETIME_FORMAT")
        return format_html("{}<br>{} {}", report.reasons, _("Last addition:"), moment)

    @admin.display(description=_("open reports"))
    def open_count(self, report):
        return report.open_count

    @admin.display(description=_("outcome"))
    def state(self, report):
        return report.get_outcome_display() or pgettext("a report", "open")

    # The page of a report

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_object(request, unquote(object_id))
        if report is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = ClosingForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.data.get("outcome") not in self.outcomes_for(request, report):
            raise PermissionDenied
        if form.is_valid():
            return self.close(request, report, form)
        return self.show(request, report, form)

    def outcomes_for(self, request, report):
        """The outcomes this moderator has permission for on this report, whether or not they are still possible."""
        mine = self.subject_to(request.user, Report.objects.filter(pk=report.pk))
        if not self.has_moderate_permission(request) or not mine.exists():
            return []
        return [
            outcome for outcome in Outcome if request.user.has_perm(RIGHTS.get(outcome, "moderation.moderate_report"))
        ]

    def close(self, request, report, form):
        with transaction.atomic():
            closed = form.save(report, request.user)
            if closed:
                outcome = form.cleaned_data["outcome"]
                security_log.note("report_closed", request, report.person, report=report.pk, outcome=outcome)
                self.log(request.user, report, **form.cleaned_data)
        if not closed:
            changed = _(
                "Nothing was done: this report has changed since you opened it, or somebody else has dealt with it. "
                "Look again."
            )
            self.message_user(request, changed, messages.WARNING)
            return redirect("admin:moderation_report_change", report.pk)
        done = ngettext(
            "Done, and recorded in the moderation log.",
            "Done for %(count)d reports, and recorded in the moderation log.",
            len(closed),
        )
        self.message_user(request, done % {"count": len(closed)}, messages.SUCCESS)
        return redirect("admin:moderation_report_changelist")

    def log(self, moderator, report, outcome, note, message):
        """Log it in the history of the report, and in that of the post or person if it changed anything about them."""
        acts = [(report, f"{Outcome(outcome).label}: {note}")]
        if outcome in RECORDS and report.has_effect:
            thing = report.post if outcome == Outcome.HIDDEN else report.person
            acts.append((thing, RECORDS[outcome] % {"reason": note, "message": message}))
        for thing, record in acts:
            LogEntry.objects.log_actions(moderator.pk, [thing], CHANGE, record)

    def show(self, request, report, form):
        allowed = [] if report.closed_at else self.outcomes_for(request, report)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Report %(number)s") % {"number": report},
            "opts": self.opts,
            "report": report,
            "form": form,
            "buttons": [(outcome, BUTTONS[outcome]) for outcome in report.possible_outcomes if outcome in allowed],
            **(around(report.post) if report.post else {}),
            **self.context_of(request, report),
        }
        return render(request, "admin/report.html", context)

    def context_of(self, request, report):
        """Other reports about the same person or post, and the history of both people."""
        reports = self.shown_to(request.user).exclude(pk=report.pk)
        newest_first = reports.select_related("reporter").prefetch_related("additions").order_by("-pk")
        same = newest_first.open().about_the_same(report)[:MAX_SHOWN]
        earlier = newest_first.filter(person=report.person).exclude(pk__in=[other.pk for other in same])
        acts = LogEntry.objects.filter(self.admin_site.entries_about(report.person))
        return {
            "same": same,
            "people": [
                (title, person, reports.filter(reporter=person).tally(), reports.filter(person=person).tally())
                for title, person in [(_("Reported person"), report.person), (_("Reporter"), report.reporter)]
            ],
            "earlier": earlier[:MAX_SHOWN],
            "acts": acts.select_related("user", "content_type").order_by("-pk")[:MAX_SHOWN],
        }
