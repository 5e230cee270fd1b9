"""The site does not start with a translation service that cannot work."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from posts.translation import services


def test_without_settings_there_is_no_service():
    assert services.service() is None


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"TRANSLATOR": "google"}, "TRANSLATOR is one of microsoft, deepl, libretranslate, or empty: 'google'"),
        ({"TRANSLATOR": "microsoft"}, "needs TRANSLATOR_KEY and TRANSLATOR_REGION"),
        ({"TRANSLATOR": "microsoft", "TRANSLATOR_KEY": "k"}, "needs TRANSLATOR_REGION"),
        ({"TRANSLATOR": "deepl"}, "needs TRANSLATOR_KEY"),
        ({"TRANSLATOR": "libretranslate", "TRANSLATOR_KEY": "k"}, "needs TRANSLATOR_URL"),
        ({"TRANSLATOR": "libretranslate", "TRANSLATOR_URL": "translate.example"}, "TRANSLATOR_URL must look like"),
        (
            {"TRANSLATOR": "libretranslate", "TRANSLATOR_URL": "ftp://translate.example"},
            "TRANSLATOR_URL must look like",
        ),
        ({"TRANSLATOR": "deepl", "TRANSLATOR_KEY": "k", "TRANSLATOR_URL": "https://x.example/?a=b"}, "must look like"),
        ({"TRANSLATOR": "deepl", "TRANSLATOR_KEY": "two words"}, "TRANSLATOR_KEY has a blank in it"),
        ({"TRANSLATOR": "deepl", "TRANSLATOR_KEY": "schlüssel"}, "TRANSLATOR_KEY has a blank in it"),
    ],
)
def test_the_site_does_not_start_with_settings_that_cannot_be_right(settings, knobs, message):
    for knob, value in knobs.items():
        setattr(settings, knob, value)
    with pytest.raises(ImproperlyConfigured, match=message):
        apps.get_app_config("posts").ready()


@pytest.mark.parametrize(
    "knobs",
    [
        {"TRANSLATOR": " DeepL ", "TRANSLATOR_KEY": "k:fx"},
        {"TRANSLATOR": "microsoft", "TRANSLATOR_KEY": "k", "TRANSLATOR_REGION": "global"},
        {"TRANSLATOR": "libretranslate", "TRANSLATOR_URL": "http://[::1]:5000/prefix"},
    ],
)
def test_settings_that_can_be_right(settings, knobs):
    for knob, value in knobs.items():
        setattr(settings, knob, value)
    apps.get_app_config("posts").ready()
    assert services.service().title in ("DeepL", "Microsoft Translator", "LibreTranslate")
