import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django import forms
from django.conf import settings
from django.contrib.admin.utils import display_for_field
from django.core.paginator import Paginator
from django.db import models
from django.template import engines
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.timezone import override

from microblog_site.storage import COMPONENTS
from microblog_site.templatetags import site

NOON_IN_TOKYO = datetime(2026, 11, 22, 12, 0, 1, 987_654, tzinfo=timezone(timedelta(hours=9)))
SPRITE = (settings.BASE_DIR / "microblog_site/static/icons.svg").read_text(encoding="utf-8")


class ExampleForm(forms.Form):
    name = forms.CharField(help_text="As in your <b>passport</b>.")
    size = forms.ChoiceField(choices=[("s", "Small")])
    agreed = forms.BooleanField(label="I agree")


def test_icon_is_a_picture_of_the_sprite_that_screen_readers_skip():
    html = site.icon("house")
    assert 'aria-hidden="true"' in html
    assert f'<use href="{settings.STATIC_URL}icons.svg#house"/>' in html


def test_sprite_holds_just_the_icons_in_use():
    templates = settings.BASE_DIR.glob("templates/**/*.html")
    used = {
        name for path in templates for name in re.findall(r'{% icon "([^"]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert used == set(re.findall(r'<symbol id="([^"]+)"', SPRITE))


def test_style_comes_in_its_parts_where_files_are_not_collected():
    for language, bootstrap in (("en", "bootstrap.min.css"), ("ar", "bootstrap.rtl.min.css")):
        with translation.override(language):
            assert re.findall(r'href="([^"]+)"', site.stylesheets()) == [
                f"{settings.STATIC_URL}vendor/bootstrap/{bootstrap}",
                *(f"{settings.STATIC_URL}{component}" for component in COMPONENTS),
            ]


def test_moment_is_in_utc_and_says_so():
    with override("Asia/Tokyo"):
        assert site.moment(NOON_IN_TOKYO) == (
            '<relative-time datetime="2026-11-22T03:00:01Z" lang="en-GB" prefix="" hour-cycle="h23">'
            '<time datetime="2026-11-22T03:00:01Z">22 Nov 2026, 03:00 UTC</time></relative-time>'
        )


def test_moment_speaks_the_language_of_the_page():
    with translation.override("es"):
        html = site.moment(datetime(2026, 1, 5, tzinfo=UTC))
    assert 'lang="es"' in html
    assert "Ene" in html or "ene" in html


def test_moment_to_come_says_so():
    assert ' tense="future">' in site.moment(NOON_IN_TOKYO, tense="future")


def test_scripts_shorten_months_only_where_the_site_does():
    with translation.override("pl"):
        assert ' month="long"' in site.moment(NOON_IN_TOKYO)


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_each_language_writes_dates_in_one_way(language):
    """In pages, mails and the admin alike, with or without the time of day."""
    with translation.override(language):
        day, moment = get_format("DATE_FORMAT"), get_format("DATETIME_FORMAT")
        assert moment.startswith(day)
        text = date_format(NOON_IN_TOKYO.astimezone(UTC), moment)
        assert display_for_field(NOON_IN_TOKYO, models.DateTimeField(), "") == text
        assert f">{text} UTC<" in site.moment(NOON_IN_TOKYO)


@pytest.mark.parametrize(
    ("name", "css"), [("name", "form-control"), ("size", "form-select"), ("agreed", "form-check-input")]
)
def test_control_has_the_class_of_its_kind(name, css):
    assert f'class="{css}"' in site.control(ExampleForm()[name])


def test_control_keeps_a_class_of_its_own():
    form = ExampleForm()
    form.fields["name"].widget.attrs["class"] = "wide"
    assert 'class="wide form-control"' in site.control(form["name"])


def test_invalid_field_is_marked_and_names_its_message():
    html = ExampleForm({"size": "s", "agreed": "on"})["name"].as_field_group()
    control = re.search(r"<input[^>]*>", html)[0]
    assert 'aria-invalid="true"' in control
    assert 'class="form-control is-invalid"' in control
    named = re.search(r'aria-describedby="([^"]+)"', control)[1].split()
    assert named == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in html for name in named)
    assert "This field is required." in html


def test_field_without_mistakes_has_label_and_help():
    html = ExampleForm()["name"].as_field_group()
    assert '<label for="id_name">Name' in html
    assert "As in your <b>passport</b>." in html
    assert "invalid" not in html


@pytest.mark.parametrize(
    ("number", "numbers"),
    [(1, [1, 2, "…", 9]), (5, [1, "…", 4, 5, 6, "…", 9]), (9, [1, "…", 8, 9])],
)
def test_page_numbers_leave_gaps(number, numbers):
    page = Paginator(range(90), 10).page(number)
    assert list(site.page_numbers(page)) == numbers


def test_tags_need_no_load():
    template = engines["django"].from_string('{% icon "house" %}{% translate "Home" %}{% static "logo.svg" %}')
    assert "logo.svg" in template.render()
