from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import two_factor
from microblog_site.limits import rate_limits

from .fields import ConfirmedByPassword


class CodeField(forms.CharField):
    wrong = ValidationError(
        _("This code is not right, or it was used already. Try the next one that your app shows."), code="wrong"
    )

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Code"),
            widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
            **kwargs,
        )


class ConfirmedByCode(forms.Form):
    """A form that `person` confirms by a code from their app or a recovery code, which then is used up.

    Its `device` is the app. Raises `rate_limits.RateLimitExceeded` after too many wrong codes.
    """

    code = CodeField(help_text=_("The six digits that your app shows now, or one of your recovery codes."))

    def __init__(self, request, person, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        self.person = person

    def clean(self):
        if not self.errors:
            self._use(self.cleaned_data["code"])
        return super().clean()

    def _use(self, code):
        rate_limits.hit("code", self.request, person=self.person)
        self.device = two_factor.accept(self.person, code)
        if self.device is None:
            self._refuse()
            return
        rate_limits.reset("code", person=self.person)
        rate_limits.refund("code", self.request)

    def _refuse(self):
        self.add_error("code", CodeField.wrong)
        try:
            rate_limits.check("code", person=self.person)
        except rate_limits.RateLimitExceeded:
            two_factor.tell(self.person, "wrong_codes")
            raise


class SwitchOnForm(ConfirmedByPassword):
    """Takes the first code of the app that was given `key`."""

    code = CodeField(help_text=_("The six digits that your app shows now."))
    field_order = ["code", "password"]

    def __init__(self, person, key, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.key = key

    def save(self):
        """The recovery codes; None where the code is wrong, which the form then says."""
        codes = two_factor.switch_on(self.person, self.key, self.cleaned_data["code"])
        if codes is None:
            self.add_error("code", CodeField.wrong)
        return codes


class SwitchOffForm(ConfirmedByCode, ConfirmedByPassword):
    def save(self):
        two_factor.switch_off(self.person)


class NewCodesForm(ConfirmedByCode, ConfirmedByPassword):
    def save(self):
        """The new recovery codes."""
        return two_factor.renew_codes(self.person)
