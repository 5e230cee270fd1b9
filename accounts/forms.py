from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from microblog_site import text
from microblog_site.forms import PlainTextField

from . import access, avatars, tasks, timezones
from .validators import validate_username

User = get_user_model()


class UsernameField(forms.CharField):
    taken = ValidationError(_("This name is taken. Choose another one."), code="taken")

    def __init__(self):
        super().__init__(
            label=_("User name"),
            help_text=_("Letters from a to z, digits and underscores."),
            widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )


class EmailField(forms.EmailField):
    """An e-mail address: with its domain in small letters, without the control characters a quoted name may hold."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("E-mail address"),
            max_length=User._meta.get_field("email").max_length,
            widget=forms.EmailInput({"autocomplete": "email"}),
            **kwargs,
        )

    def clean(self, value):
        value = super().clean(value)
        if text.has_control_characters(value):
            raise ValidationError(self.default_validators[0].message, code="invalid")
        return User.objects.normalize_email(value)


class PasswordField(forms.CharField):
    def __init__(self, label, autocomplete="new-password", **kwargs):
        super().__init__(label=label, strip=False, widget=forms.PasswordInput({"autocomplete": autocomplete}), **kwargs)


class NewPasswordField(PasswordField):
    def __init__(self, label):
        super().__init__(label, help_text=_("At least 8 characters. A few words that do not belong together are best."))


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


class PasswordResetForm(forms.Form):
    email = EmailField()

    def save(self):
        """Have a link sent. Whether there is such an account is looked up later, so that the answer never tells."""
        tasks.send_password_reset.enqueue(self.cleaned_data["email"], get_language())


class NewPasswordForm(auth_forms.SetPasswordForm):
    new_password1 = NewPasswordField(_("New password"))
    new_password2 = PasswordField(_("Repeat the new password"))

    def save(self):
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.save(update_fields=["password"])
        tasks.send_password_changed.enqueue(self.user.pk, get_language())
        return self.user


class PasswordChangeForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    old_password = PasswordField(_("Current password"), autocomplete="current-password")
    error_messages = {
        **auth_forms.PasswordChangeForm.error_messages,
        "password_incorrect": _("This is not your current password."),
    }


class AvatarInput(forms.ClearableFileInput):
    clear_checkbox_label = _("Remove it")

    def __init__(self):
        super().__init__({"accept": ",".join(avatars.MEDIA_TYPES)})


class AvatarField(forms.FileField):
    """A picture; its value is `avatars.cut` of it, or False where the present one shall go."""

    widget = AvatarInput

    def to_python(self, data):
        file = super().to_python(data)
        return avatars.cut(file) if file else None


class ProfileForm(forms.Form):
    avatar = AvatarField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP, GIF or AVIF. It is cropped to a square."),
        required=False,
    )
    use_gravatar = forms.BooleanField(
        label=_("Use my picture from Gravatar"),
        help_text=_("Fetched once, by your e-mail address, and kept here."),
        required=False,
    )
    display_name = PlainTextField(limit="DISPLAY_NAME_MAX_LENGTH", label=_("Name"), required=False)
    username = UsernameField()
    about_me = PlainTextField(
        limit="ABOUT_ME_MAX_LENGTH", label=_("About me"), widget=forms.Textarea({"rows": 4}), required=False
    )

    def __init__(self, person, *args, **kwargs):
        self.person = person
        initial = {name: getattr(person, name) for name in ("display_name", "username", "about_me")}
        super().__init__(*args, initial={**initial, "avatar": avatars.Picture(person.avatar)}, **kwargs)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username != self.person.username:
            validate_username(username)
            if User.objects.is_taken(username, by_other_than=self.person):
                raise UsernameField.taken
        return username

    def clean_display_name(self):
        return " ".join(self.cleaned_data["display_name"].split())

    def clean(self):
        if self.cleaned_data["use_gravatar"] and "avatar" in self.changed_data:
            self.add_error("use_gravatar", _("Choose either a picture of your own or the one from Gravatar."))

    def save(self):
        """Whether it could be saved: not where somebody took the name just now, which the form then says."""
        try:
            with transaction.atomic():
                self._write()
        except IntegrityError:
            self.add_error("username", UsernameField.taken)
            return False
        return True

    def _write(self):
        if "username" in self.changed_data:
            self.person.rename(self.cleaned_data["username"])
        self.person.display_name = self.cleaned_data["display_name"]
        self.person.about_me = self.cleaned_data["about_me"]
        self.person.save(update_fields=["display_name", "about_me"])
        if self.cleaned_data["use_gravatar"]:
            tasks.fetch_gravatar.enqueue(self.person.pk, replacing=self.person.avatar)
        elif "avatar" in self.changed_data:
            self.person.set_avatar(self.cleaned_data["avatar"] or None)


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("As in my browser")), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [("", _("As on my device")), *timezones.choices()], required=False
    )

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme"]

    def save(self):
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance
