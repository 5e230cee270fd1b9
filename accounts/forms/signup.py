from django import forms
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from accounts.validators import validate_username

from .fields import EmailField, NewPasswordField, PasswordField, UsernameField


class RegistrationForm(auth_forms.SetPasswordMixin, forms.Form):
    username = UsernameField()
    email = EmailField(help_text=_("To log in and to get a new password. Nobody else sees it."))
    password1 = NewPasswordField(_("Password"))
    password2 = PasswordField(_("Repeat the password"))

    def clean_username(self):
        username = self.cleaned_data["username"]
        validate_username(username)
        if User.objects.is_taken(username):
            raise UsernameField.taken
        return username

    def clean_email(self):
        email = self.cleaned_data["email"]
        if not access.may_register(email):
            raise ValidationError(
                _("Only addresses of these domains can sign up here: %(domains)s."),
                code="domain",
                params={"domains": ", ".join(access.allowed_mail_domains())},
            )
        if User.objects.with_email(email).exists():
            raise ValidationError(_("An account with this address already exists."), code="taken")
        return email

    def clean(self):
        self.validate_passwords()
        self.validate_password_for_user(User(**self._named("username", "email")))
        return super().clean()

    def save(self):
        """The new account; None where somebody took the name or the address just now, which the form then says."""
        person = User(**self._named("username", "email"))
        person.set_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                person.save(force_insert=True)
                if User.objects.is_taken(person.username, by_other_than=person):
                    raise IntegrityError(f"{person.username} is held for somebody else")
        except IntegrityError:
            self.full_clean()
            return None
        return person

    def _named(self, *names):
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
