from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts import access
from accounts.models import User
from accounts.validators import plain_domain, validate_username
from microblog_site import security_log, text


class UsernameField(forms.CharField):
    taken = ValidationError(_("This name is taken. Choose another one."), code="taken")
    widget = forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})

    def __init__(self, **kwargs):
        help_text = _("Letters a to z, digits and underscores.")
        super().__init__(**{"label": _("User name"), "help_text": help_text, **kwargs})

    @classmethod
    def validate_new(cls, username, person=None):
        """Raise `ValidationError` if this user name is not allowed, or taken by anybody but `person`."""
        validate_username(username)
        access.validate_name(username)
        if User.objects.is_taken(username, by_other_than=person):
            raise cls.taken


class EmailField(forms.EmailField):
    """An e-mail address with a normalized domain and without the control characters that a quoted local part may hold.

    The local part must be ASCII: other letters may look like ASCII ones, or become them in lower case. The domain must
    not be an IP address, which would get round blocked domains.
    """

    default_error_messages = {"invalid": _("Enter a valid e-mail address.")}

    def __init__(self, **kwargs):
        super().__init__(
            max_length=User._meta.get_field("email").max_length,
            widget=forms.EmailInput({"autocomplete": "email"}),
            **{"label": _("E-mail address"), **kwargs},
        )

    def clean(self, value):
        value = super().clean(value)
        name, _at, domain = value.rpartition("@")
        if text.has_control_characters(value) or not name.isascii() or domain.startswith("["):
            raise self.invalid()
        try:
            address = f"{name}@{plain_domain(domain)}"
        except UnicodeError as error:
            raise self.invalid() from error
        self.run_validators(address)
        return address

    def invalid(self):
        return ValidationError(self.error_messages["invalid"], code="invalid")


class PasswordField(forms.CharField):
    """A password as `User.check_password` takes it, however a keyboard composes its accents."""

    def __init__(self, label, autocomplete="new-password", **kwargs):
        super().__init__(label=label, strip=False, widget=forms.PasswordInput({"autocomplete": autocomplete}), **kwargs)

    def to_python(self, value):
        return text.compose(super().to_python(value))


class NewPasswordField(PasswordField):
    def __init__(self, label):
        super().__init__(label, help_text=_("At least 8 characters. A few unrelated words work best."))


class PersonForm(forms.Form):
    """A form of `person`; with the `request`, the security log tells from where."""

    def __init__(self, person, *args, request=None, **kwargs):
        self.person, self.request = person, request
        super().__init__(*args, **kwargs)


class ConfirmedByPassword(PersonForm):
    """A form that `person` confirms with their current password."""

    password = PasswordField(_("Your password"), autocomplete="current-password")

    @sensitive_variables("password")
    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.person.check_password(password):
            security_log.note("password_again", self.request, self.person, "refused")
            raise ValidationError(_("That isn't your current password."), code="password_incorrect")
        return password
