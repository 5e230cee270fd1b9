from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import timezones
from accounts.models import User
from microblog_site import languages


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("As in my browser")), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [("", _("As on my device")), *timezones.choices()], required=False
    )
    read_languages = forms.MultipleChoiceField(
        label=_("Languages you read"),
        choices=languages.WRITTEN.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Posts in others get a button to translate them, if this site has a service for that."),
    )
    translate_posts = forms.BooleanField(label=_("Translate posts in other languages by themselves"), required=False)
    mail_new_devices = forms.BooleanField(
        label=_("Send me an e-mail when somebody logs in with a browser that is new to my account"), required=False
    )

    class Meta:
        model = User
        fields = ["language", "time_zone", "read_languages", "translate_posts", "theme", "mail_new_devices"]

    def clean_read_languages(self):
        return list(dict.fromkeys(self.cleaned_data["read_languages"]))

    def clean(self):
        # The page sends something for each in any case; a program that does not know it changes nothing.
        for name in ("read_languages", "translate_posts", "mail_new_devices"):
            if name not in self.data and f"{name}_asked" not in self.data:
                self.cleaned_data[name] = getattr(self.instance, name)

    def save(self):
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance
