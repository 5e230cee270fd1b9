from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _

from .fields import PasswordField


class LoginForm(auth_forms.AuthenticationForm):
    username = forms.CharField(
        label=_("User name or e-mail address"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = PasswordField(_("Password"), autocomplete="current-password")
    remember_me = forms.BooleanField(
        label=_("Stay logged in on this device"), help_text=_("For 30 days. Not on a shared computer."), required=False
    )

    error_messages = {
        "invalid_login": _("There is no account with this name or address and this password."),
        "inactive": _("This account is suspended. Ask the people who run this site why."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django's is that of a user name, but an e-mail address may be longer.
        del self.fields["username"].widget.attrs["maxlength"]
