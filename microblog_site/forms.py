"""Forms and form fields that every app shares."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from . import text


class LimitedForm(forms.Form):
    """A form that can be sent too often (`rate_limits.limited`): what was typed comes back."""

    def refuse(self, refusal):
        """Say that there were too many (`rate_limits.RateLimitExceeded`), beside what was typed; returns the form."""
        self.full_clean()
        self.add_error(None, f"{_('That was a lot in a short time. Your text is still here.')} {refusal.advice}")
        return self


class PlainTextField(forms.CharField):
    """Text as people type it; `limit` names the setting that holds its greatest length.

    The length is counted in Unicode code points after NFC, a line break as one. There is no `maxlength` in the HTML,
    because browsers count UTF-16 units.
    """

    def __init__(self, *, limit, **kwargs):
        super().__init__(**kwargs)
        self.limit = limit

    @property
    def maximum(self):
        return getattr(settings, self.limit)

    def to_python(self, value):
        value = text.normalize(super().to_python(value))
        return self.empty_value if text.is_blank(value) else value

    def validate(self, value):
        super().validate(value)
        if text.has_control_characters(value):
            raise ValidationError(
                _("This contains control characters, which can't be shown. Remove them and try again."),
                code="control_characters",
            )
        if len(value) > self.maximum:
            raise ValidationError(
                ngettext_lazy(
                    "This is %(over)d character too long (at most %(maximum)d).",
                    "This is %(over)d characters too long (at most %(maximum)d).",
                    "over",
                ),
                code="max_length",
                params={"over": len(value) - self.maximum, "maximum": self.maximum},
            )
