from types import SimpleNamespace

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import access, avatars, tasks
from microblog_site.forms import PlainTextField
from microblog_site.limits import rate_limits

from .fields import PersonForm, UsernameField


class AvatarInput(forms.ClearableFileInput):
    clear_checkbox_label = _("Remove it")


class AvatarField(forms.FileField):
    """A picture; its value is `avatars.cut` of it, or False where the present one shall go."""

    widget = AvatarInput({"accept": ",".join(f"image/{name.lower()}" for name in avatars.FORMATS)})

    def to_python(self, data):
        file = super().to_python(data)
        return avatars.cut(file) if file else None


class ProfileForm(PersonForm):
    avatar = AvatarField(
        label=_("Picture"), help_text=_("JPEG, PNG, WebP, GIF or AVIF. It is cropped to a square."), required=False
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
        initial = {name: getattr(person, name) for name in ("display_name", "username", "about_me")}
        initial["avatar"] = SimpleNamespace(url=person.avatar_url_large)  # all that the file input asks of it
        super().__init__(person, *args, initial=initial, **kwargs)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username != self.person.username:
            UsernameField.validate_new(username, self.person)
        return username

    def clean_display_name(self):
        name = " ".join(self.cleaned_data["display_name"].split())
        if name != self.person.display_name:
            access.validate_name(name)
        return name

    def clean(self):
        if self.cleaned_data["use_gravatar"] and "avatar" in self.changed_data:
            self.add_error("use_gravatar", _("Choose either a picture of your own or the one from Gravatar."))

    def save(self):
        """Whether it could be saved: else the form says why the name cannot be had just now."""
        if "username" in self.changed_data and not rate_limits.allow("rename", person=self.person):
            self.add_error("username", _("You have changed your user name too often lately. Try again tomorrow."))
            return False
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
            tasks.show_avatar(self.person, self.cleaned_data["avatar"] or None)
