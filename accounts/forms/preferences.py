from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import timezones
from accounts.models import User


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [("", _("As in my browser")), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [("", _("As on my device")), *timezones.choices()], required=False
    )

    mail_new_devices = forms.BooleanField(
        label=_("Send me an e-mail when somebody logs in with a browser that is new to my account"), required=False
    )

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme", "mail_new_devices"]

    def clean_mail_new_devices(self):
        # The page sends something for it in any case; a program that does not know it switches nothing off.
        if "mail_new_devices" not in self.data:
            return self.instance.mail_new_devices
        return self.cleaned_data["mail_new_devices"]

    def save(self):
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance
