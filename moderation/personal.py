"""This app's personal data (`accounts.personal_data`)."""

from django.contrib.admin.models import LogEntry
from django.db.models import Case, F, Q, When

from accounts.models import User
from accounts.personal_data import admin_log
from accounts.personal_data.register import Kept, PersonalData, register
from social.access import can_be_named
from social.models import Follow

from .models import Report, ReportAddition

EXPORTED = {"username": "reported", "post": "post", "reason": "reason", "comment": "comment"}


def with_reported(rows, person, reported="person"):
    """Annotate `rows` with the user name of the `reported` person, unless they're hidden from `person`."""
    return rows.annotate(reported=Case(When(can_be_named(reported, person), then=F(f"{reported}__username"))))


@register(Report, "reporter")
class ReportsMade(PersonalData):
    """Moderators' decisions stay, without the reporter's comment."""

    name = "reports"
    columns = EXPORTED | {"reported_at": "created_at", "outcome": "outcome", "closed_at": "closed_at"}

    def exported(self, person):
        return with_reported(person.reports, person)

    def remaining(self, person):
        return super().remaining(person).exclude(comment="")

    def erase(self, rows):
        rows.update(comment="")


@register(ReportAddition, "report__reporter")
class AdditionsMade(ReportsMade):
    name = "report_additions"
    columns = EXPORTED | {"post": "report__post", "added_at": "created_at"}

    def exported(self, person):
        return with_reported(self.of(person), person, "report__person")


@register(ReportAddition, "report__person")
@register(Report, "person")
class ReportsAbout(PersonalData):
    """People are not told what others reported. Reports stay, without a copy of what was reported."""

    def remaining(self, person):
        return super().remaining(person).exclude(snapshot="")

    def erase(self, rows):
        rows.update(snapshot="")


@register(Report, "closed_by")
@register(LogEntry, "user")
class Decisions(Kept):
    """Moderators' actions stay, under their number."""


@register(LogEntry, "object_id")
class NamesInTheLog(Kept):
    """What was done to people stays, under their number."""

    def of(self, person):
        return admin_log.entries_about(User, [person])

    def forget_identity(self, person, names):
        self.of(person.pk).update(object_repr=str(person))
        for name in names:
            theirs = Q(object_repr__istartswith=f"@{name} ") | Q(object_repr__iendswith=f" @{name}")
            admin_log.call_by_number(admin_log.entries_about(Follow).filter(theirs))
