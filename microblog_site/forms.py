"""Forms and form fields shared by all apps."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from . import text


class LimitedForm(forms.Form):
    """A form with a rate limit (`rate_limits.limited`): over the limit, it comes back with what was typed."""

    def refuse(self, refusal):
        """Add the error of a `rate_limits.RateLimitExceeded`, keeping what was typed; returns the form."""
        self.full_clean()
        self.add_error(None, f"{_('That was a lot in a short time. Your text is still here.')} {refusal.advice}")
        return self


class PlainTextField(forms.CharField):
    """Normalized plain text; `limit` is the maximum length, or the name of the setting with it.

    The length is counted in Unicode code points after NFC, with a line break as one. There is no `maxlength` in the
    HTML, because browsers count UTF-16 units.
    """

    def __init__(self, *, limit, **kwargs):
        super().__init__(**kwargs)
        self.limit = limit

    @property
    def maximum(self):
        return self.limit if isinstance(self.limit, int) else getattr(settings, self.limit)

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
