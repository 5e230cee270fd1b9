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

    class Meta:
        model = User
        fields = ["language", "time_zone", "theme"]

    def save(self):
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance
