import logging
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import access, avatars, emails, tasks, timezones
from accounts.models import User
from microblog_site import languages, text
from microblog_site.forms import LimitedForm, PlainTextField
from microblog_site.limits import rate_limits

from .fields import ConfirmedByPassword, EmailField, PersonForm, UsernameField

logger = logging.getLogger(__name__)


class AvatarInput(forms.ClearableFileInput):
    clear_checkbox_label = _("Remove my picture")


class AvatarField(forms.FileField):
    """An image upload; its value is the output of `avatars.cut`, or False to remove the current avatar."""

    widget = AvatarInput({"accept": ",".join(f"image/{name.lower()}" for name in avatars.FORMATS)})

    def to_python(self, data):
        file = super().to_python(data)
        return avatars.cut(file) if file else None


class ProfileForm(LimitedForm, PersonForm):
    avatar = AvatarField(
        label=_("Picture"), help_text=_("JPEG, PNG, WebP, GIF or AVIF. It will be cropped to a square."), required=False
    )
    use_gravatar = forms.BooleanField(
        label=_("Use my picture from Gravatar"),
        help_text=_("We look it up once, by your e-mail address, and keep a copy here."),
        required=False,
    )
    display_name = PlainTextField(limit="DISPLAY_NAME_MAX_LENGTH", label=_("Name"), required=False)
    username = UsernameField()
    about_me = PlainTextField(
        limit="ABOUT_ME_MAX_LENGTH", label=_("About me"), widget=forms.Textarea({"rows": 4}), required=False
    )

    def __init__(self, person, *args, **kwargs):
        initial = {name: getattr(person, name) for name in ("display_name", "username", "about_me")}
        initial["avatar"] = SimpleNamespace(url=person.avatar_url_large)  # the only attribute that the file input uses
        super().__init__(person, *args, initial=initial, **kwargs)

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username != self.person.username:
            UsernameField.validate_new(username, self.person)
        return username

    def clean_display_name(self):
        name = text.one_line(self.cleaned_data["display_name"])
        if name != self.person.display_name:
            access.validate_name(name)
        return name

    def clean(self):
        if self.cleaned_data["use_gravatar"] and "avatar" in self.changed_data:
            self.add_error("use_gravatar", _("Choose either your own picture or the one from Gravatar."))

    def save(self):
        """Return whether it was saved. If not, the form says why: the name has just been taken, or the disk is full."""
        if "username" in self.changed_data and not rate_limits.allow("rename", person=self.person):
            self.add_error("username", _("You've changed your user name too often lately. Try again tomorrow."))
            return False
        squares = "avatar" in self.changed_data and self.cleaned_data["avatar"]
        try:
            with avatars.kept(squares, self.person.pk) as key:
                self._write(key)
        except OSError:
            logger.exception("A picture cannot be stored")
            self.add_error("avatar", _("We couldn't store your picture. Please try again later."))
        except IntegrityError:
            self.add_error("username", UsernameField.taken)
        return not self.errors

    @transaction.atomic
    def _write(self, avatar):
        if "username" in self.changed_data:
            self.person.rename(self.cleaned_data["username"])
        self.person.display_name = self.cleaned_data["display_name"]
        self.person.about_me = self.cleaned_data["about_me"]
        self.person.save(update_fields=["display_name", "about_me"])
        if self.cleaned_data["use_gravatar"]:
            tasks.fetch_gravatar.enqueue(self.person.pk, replacing=self.person.avatar)
        elif "avatar" in self.changed_data:
            tasks.show_avatar(self.person, avatar)


class EmailChangeForm(ConfirmedByPassword):
    """Ask for a new address. Whether it is taken is looked up later, in the task, so the response reveals nothing."""

    field_order = ["email", "password"]
    email = EmailField(label=_("New e-mail address"), help_text=_("We'll send a link there to confirm the change."))

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.lower() == self.person.email.lower():
            raise ValidationError(_("This is already your address."), code="unchanged")
        access.validate_address(email)
        return email

    def save(self):
        """Return whether it was done. If not, the form says that the password has just been changed."""
        if not self.person.claim_email(self.cleaned_data["email"]):
            self.add_error("password", _("That isn't your current password."))
            return False
        emails.send_confirmation.enqueue(self.person.pk, get_language())
        return True


class EndSessionForm(PersonForm):
    session = forms.UUIDField()

    def save(self):
        """End the session. False if the person has no such session."""
        return self.person.sessions.filter(handle=self.cleaned_data["session"]).delete()[0] > 0


class PreferencesForm(forms.ModelForm):
    before_saving = []  # functions of the changed person, called in the same transaction: apps above add theirs

    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("Same as my browser")), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [("", _("Same as my device")), *timezones.choices()], required=False
    )
    read_languages = forms.MultipleChoiceField(
        label=_("Languages you read"),
        choices=languages.WRITTEN.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Posts in other languages show a Translate button, if this site offers translation."),
    )
    translate_posts = forms.BooleanField(label=_("Automatically translate posts in other languages"), required=False)
    mail_new_devices = forms.BooleanField(
        label=_("E-mail me when somebody logs in to my account from a new browser"), required=False
    )
    keyboard_shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts"), help_text=_("Such as j for the next post and l to like it."), required=False
    )

    class Meta:
        model = User
        fields = [
            *("language", "time_zone", "read_languages", "translate_posts", "theme", "keyboard_shortcuts"),
            "mail_new_devices",
            *("default_visibility", "quote_policy", "approve_followers", "home_replies"),
        ]
        labels = {
            "default_visibility": _("Who can read your new posts"),
            "quote_policy": _("Who can quote your posts"),
            "approve_followers": _("Approve followers"),
            "home_replies": _("Replies on your home page"),
        }
        help_texts = {
            "default_visibility": _(
                "You can change this for each post. Unless you approve followers, anybody can follow you and read "
                "posts for followers."
            ),
            "quote_policy": _("You can also remove your post from a quote later."),
            "approve_followers": _(
                "People have to ask first, and only your followers see who follows you and who you follow. "
                "If you turn this off, everybody who is waiting will follow you."
            ),
            "home_replies": _(
                "Which replies by people you follow appear there. Threads they continue themselves always do."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page always sends a value; a client that does not know the field changes nothing.
        names = ("read_languages", "translate_posts", "mail_new_devices", "keyboard_shortcuts", *self.Meta.labels)
        self.left_out = [name for name in names if not {name, f"{name}_asked"} & self.data.keys()]
        for name in self.left_out:
            self.fields[name].required = False

    def clean_read_languages(self):
        return list(dict.fromkeys(self.cleaned_data["read_languages"]))

    def clean(self):
        self.cleaned_data |= {name: getattr(self.instance, name) for name in self.left_out}

    @transaction.atomic
    def save(self):
        for prepare in self.before_saving:
            prepare(self.instance)
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance
