from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import two_factor
from microblog_site import security_log
from microblog_site.limits import rate_limits

from .fields import ConfirmedByPassword, PersonForm


class CodeField(forms.CharField):
    wrong = ValidationError(
        _("This code is wrong or has already been used. Try the next one your app shows."), code="wrong"
    )
    widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})

    def __init__(self, help_text):
        super().__init__(label=_("Code"), help_text=help_text)


class ConfirmedByCode(PersonForm):
    """A form that `person` confirms with a code from their app or a recovery code, which is then used up.

    `device` is their TOTP device. Raises `rate_limits.RateLimitExceeded` after too many wrong codes.
    """

    code = CodeField(_("The six digits your app shows now, or one of your recovery codes."))

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, request=request, **kwargs)

    def clean(self):
        if self.errors:
            return
        rate_limits.hit("code", self.request, person=self.person)
        self.device = two_factor.verify(self.person, self.cleaned_data["code"])
        if self.device is None:
            self._refuse()
        factor = "recovery_code" if self.device.by_recovery_code else "app"
        security_log.note("second_step", self.request, self.person, factor=factor)
        rate_limits.reset("code", person=self.person)
        rate_limits.refund("code", self.request)

    def _refuse(self):
        security_log.note("second_step", self.request, self.person, "refused")
        try:
            rate_limits.check("code", person=self.person)
        except rate_limits.RateLimitExceeded:
            two_factor.tell(self.person, "wrong_codes")
            raise
        raise ValidationError({"code": CodeField.wrong})


class SwitchOnForm(ConfirmedByPassword):
    """Takes the first code from the app that was given `key`."""

    code = CodeField(_("The six digits your app shows now."))
    field_order = ["code", "password"]

    def __init__(self, key, *args, **kwargs):
        self.key = key
        super().__init__(*args, **kwargs)

    def save(self):
        """Return the recovery codes, or None with an error on the form if the code is wrong."""
        codes = two_factor.switch_on(self.person, self.key, self.cleaned_data["code"])
        if codes is None:
            self.add_error("code", CodeField.wrong)
        return codes


class ConfirmedByBoth(ConfirmedByCode, ConfirmedByPassword):
    pass
