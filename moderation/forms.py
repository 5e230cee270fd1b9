from django import forms
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from microblog_site.forms import LimitedForm, PlainTextField

from . import emails
from .models import Report


class ReportForm(LimitedForm):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Reason,
        widget=forms.RadioSelect({"class": "form-check-input"}),
        error_messages={"required": _("Choose the closest match."), "invalid_choice": _("Choose one of these.")},
    )
    comment = PlainTextField(
        label=_("What else should the moderators know?"),
        help_text=_("Only moderators can read this or see who sent the report."),
        limit="REPORT_COMMENT_MAX_LENGTH",
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        required=False,
    )

    def save(self, reporter, person, post):
        return Report.objects.file(reporter, person, post, language=get_language(), **self.cleaned_data)


class ClosingForm(forms.Form):
    outcome = forms.ChoiceField(choices=Report.Outcome)
    note = PlainTextField(
        label=_("Note"),
        help_text=_("Why you decided this. Recorded in the moderation log, which only moderators can see."),
        limit="REPORT_COMMENT_MAX_LENGTH",
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField", "dir": "auto"}),
    )
    message = PlainTextField(
        label=_("Message to the person"),
        help_text=_("Only for a warning: e-mailed exactly as written, without your name."),
        limit="REPORT_COMMENT_MAX_LENGTH",
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField", "dir": "auto"}),
        required=False,
    )

    def clean(self):
        is_warning = self.cleaned_data.get("outcome") == Report.Outcome.WARNED
        if "message" in self.cleaned_data and is_warning != bool(self.cleaned_data["message"]):
            self.add_error(
                "message",
                _("Write a message for the person.")
                if is_warning
                else _("Only a warning is e-mailed to the person. Clear this field, or choose to warn them."),
            )

    @transaction.atomic
    def save(self, report, moderator):
        """Close `report` like `Report.close`, and e-mail the people concerned."""
        outcome, note, message = (self.cleaned_data[name] for name in ("outcome", "note", "message"))
        closed = report.close(moderator, outcome, note)
        if closed and outcome == Report.Outcome.WARNED:
            emails.send_warning.enqueue(report.pk, message)
        for one in closed:
            emails.send_report_outcome.enqueue(one.pk)
        return closed
