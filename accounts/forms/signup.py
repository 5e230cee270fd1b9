from django import forms
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import access, emails
from accounts.models import User

from .fields import EmailField, NewPasswordField, PasswordField, UsernameField


class HoneypotField(forms.CharField):
    """A hidden field that simple bots fill in. Once filled in it becomes visible, in case a browser did it."""

    widget = forms.TextInput({"autocomplete": "off"})

    def __init__(self):
        super().__init__(label=_("Leave this empty"), required=False, template_name="accounts/_honeypot.html")

    def validate(self, value):
        if value:
            raise ValidationError(_("Leave this field empty to sign up: it's there to catch bots."), code="trap")


class RegistrationForm(auth_forms.SetPasswordMixin, forms.Form):
    username = UsernameField()
    email = EmailField(help_text=_("For logging in and resetting your password. It isn't shown on your profile."))
    password1 = NewPasswordField(_("Password"))
    password2 = PasswordField(_("Repeat the password"))
    website = HoneypotField()

    def clean_username(self):
        UsernameField.validate_new(self.cleaned_data["username"])
        return self.cleaned_data["username"]

    def clean_email(self):
        access.validate_address(self.cleaned_data["email"])
        return self.cleaned_data["email"]

    def clean(self):
        self.validate_passwords()
        named = {name: self.cleaned_data.get(name, "") for name in ("username", "email")}
        self.person = User(**named, language=get_language())
        self.validate_password_for_user(self.person, "password1")

    def save(self, time_zone=None):
        """Create the account. Returns None, with an error on the form, if the name has just been taken.

        Language and `time_zone` are stored for e-mails. Only the e-mail to the address tells whether it is taken;
        nothing tells whether too many e-mails were sent.
        """
        person = self.person
        person.time_zone = time_zone or ""
        person.set_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                person.save(force_insert=True)
                if User.objects.is_taken(person.username, by_other_than=person):
                    raise IntegrityError(f"{person.username} is held for somebody else")
                emails.send_confirmation.enqueue(person.pk, get_language())
        except IntegrityError:
            self.full_clean()
            return None
        return person
