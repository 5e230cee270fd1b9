import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertRedirects

from accounts import timezones
from accounts.middleware import PreferencesMiddleware
from accounts.models import User

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def language_of_before():
    with translation.override("en"):
        yield


def save(client, **changes):
    return client.post(reverse("settings_preferences"), {"language": "", "time_zone": "", "theme": "auto", **changes})


def language_of(page):
    return page["Content-Language"]


def test_people_choose_language_time_zone_and_theme(susan, susan_client):
    response = save(susan_client, language="es", time_zone="America/Argentina/Buenos_Aires", theme="dark")
    assertRedirects(response, reverse("settings_preferences"))
    susan.refresh_from_db()
    assert (susan.language, susan.time_zone, susan.theme) == ("es", "America/Argentina/Buenos_Aires", "dark")


def test_all_may_be_left_to_the_browser(susan, susan_client):
    User.objects.update(language="es", time_zone="Europe/Madrid", theme="dark")
    save(susan_client)
    susan.refresh_from_db()
    assert (susan.language, susan.time_zone, susan.theme) == ("", "", "auto")


@pytest.mark.parametrize(
    "change",
    [
        {"language": "xx"},
        {"language": "nl"},
        {"language": "es\x00"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "US/Pacific"},
        {"theme": "pink"},
        {"theme": ""},
    ],
)
def test_what_is_not_on_the_list_is_refused(susan, susan_client, change):
    response = save(susan_client, **change)
    assert response.context["form"].errors.keys() == change.keys()
    susan.refresh_from_db()
    assert (susan.language, susan.time_zone, susan.theme) == ("", "", "auto")


def test_people_say_which_languages_they_read_and_whether_others_are_translated(susan, susan_client, settings):
    settings.TRANSLATOR = "deepl"
    page = susan_client.get(reverse("settings_preferences"))
    assertContains(page, 'name="read_languages" value="ja"')
    save(susan_client, read_languages=["ja", "pt", "ja"], translate_posts="true")
    susan.refresh_from_db()
    assert (susan.read_languages, susan.translate_posts) == (["ja", "pt"], True)
    page = susan_client.get(reverse("settings_preferences")).content.decode()
    assert set(re.findall(r'value="(..)" id="id_read_languages_\d+" checked', page)) == {"ja", "pt"}


def test_a_program_that_does_not_know_them_changes_none_of_it(susan, susan_client):
    User.objects.update(read_languages=["ja"], translate_posts=True)
    save(susan_client)
    susan.refresh_from_db()
    assert (susan.read_languages, susan.translate_posts) == (["ja"], True)


def test_no_language_chosen_is_a_choice_too(susan, susan_client):
    User.objects.update(read_languages=["ja"], translate_posts=True)
    save(susan_client, read_languages_asked="true", translate_posts=["false"])
    susan.refresh_from_db()
    assert (susan.read_languages, susan.translate_posts) == ([], False)


def test_keyboard_shortcuts_can_be_turned_off(susan, susan_client):
    def is_on():
        susan.refresh_from_db()
        page = susan_client.get(reverse("settings_preferences"))
        assert ("js/shortcuts.js" in page.content.decode()) is susan.keyboard_shortcuts
        return susan.keyboard_shortcuts

    assert is_on()
    save(susan_client, keyboard_shortcuts="false")  # the page sends this before what the box adds
    assert not is_on()
    save(susan_client)  # from a program that does not know it
    assert not is_on()
    save(susan_client, keyboard_shortcuts=["false", "on"])
    assert is_on()


OF_CONVERSATION = ("approve_followers", "default_visibility", "home_replies", "quote_policy")


def test_people_say_who_follows_reads_and_quotes_them_and_which_replies_they_read(susan, susan_client):
    chosen = {"default_visibility": "followers", "home_replies": "all", "quote_policy": "nobody"}
    assertRedirects(save(susan_client, approve_followers="true", **chosen), reverse("settings_preferences"))
    expected = {"approve_followers": True, **chosen}
    assert User.objects.values(*OF_CONVERSATION).get() == expected
    save(susan_client)  # from a program that does not know them
    assert User.objects.values(*OF_CONVERSATION).get() == expected
    save(susan_client, approve_followers_asked="true")
    assert User.objects.get().approve_followers is False


@pytest.mark.parametrize("name", ["default_visibility", "home_replies", "quote_policy"])
@pytest.mark.parametrize("value", ["", "some", "public\x00"])
def test_other_values_of_theirs_are_refused(susan, susan_client, name, value):
    response = save(susan_client, **{name: value})
    assert response.context["form"].errors.keys() == {name}


@pytest.mark.parametrize("tags", [["xx"], ["ja", "tlh"], ["ja\x00"]])
def test_languages_nobody_writes_in_are_refused_beside_their_field(susan_client, tags):
    page = save(susan_client, read_languages=tags)
    assert page.context["form"].errors.keys() == {"read_languages"}
    assertContains(page, 'id="id_read_languages_error"')
    assertContains(page, 'aria-describedby="id_read_languages_helptext id_read_languages_error"')


@pytest.mark.parametrize(
    ("read", "language", "reads"),
    [
        ([], "es", True),
        ([], "ja", False),
        (["ja"], "ja", True),
        (["ja"], "es", True),  # the interface language
        (["pt"], "pt-BR", True),
        (["zh"], "zh-Hans", True),
        (["nb"], "no", False),
    ],
)
def test_people_read_what_they_chose_and_the_language_of_the_interface(susan, read, language, reads):
    susan.read_languages = read
    with translation.override("es"):
        assert susan.reads(language) is reads


def test_the_language_of_the_account_wins_over_browser_and_cookie(susan, susan_client):
    User.objects.update(language="es")
    susan_client.cookies["django_language"] = "en"
    page = susan_client.get(reverse("settings_preferences"), headers={"Accept-Language": "en"})
    assert (language_of(page), page.wsgi_request.LANGUAGE_CODE) == ("es", "es")
    assertContains(page, '<html lang="es" dir="ltr"')
    assert {"Cookie", "Accept-Language"} <= set(page["Vary"].split(", "))


def test_without_a_choice_the_browser_decides(susan, susan_client):
    for language in ("es", "en"):
        page = susan_client.get(reverse("settings_preferences"), headers={"Accept-Language": language})
        assert language_of(page) == language


def test_the_choice_also_counts_after_logging_out_on_this_device(susan_client):
    save(susan_client, language="es")
    susan_client.post(reverse("logout"))
    assert language_of(susan_client.get(reverse("login"))) == "es"


def test_going_back_to_the_browser_s_language_forgets_the_choice(susan_client):
    save(susan_client, language="es")
    save(susan_client)
    assert language_of(susan_client.get(reverse("settings_preferences"), headers={"Accept-Language": "en"})) == "en"


def test_the_choice_is_the_account_s_on_every_device(susan, susan_client):
    save(susan_client, language="es")
    other = Client()
    other.force_login(susan)
    assert language_of(other.get(reverse("settings_preferences"))) == "es"


def test_a_language_the_site_speaks_no_longer_is_passed_over(susan, susan_client):
    User.objects.update(language="tlh")
    assert language_of(susan_client.get(reverse("settings_preferences"))) == "en"


def test_the_language_of_one_reader_is_not_that_of_the_next(susan_client, client):
    save(susan_client, language="es")
    assert language_of(susan_client.get(reverse("settings_preferences"))) == "es"
    assert language_of(client.get(reverse("login"))) == "en"


@pytest.mark.parametrize(
    ("chosen", "active"), [("Asia/Tokyo", "Asia/Tokyo"), ("UTC", "UTC"), ("", "UTC"), ("Mars/Olympus", "UTC")]
)
def test_times_are_in_the_zone_of_the_account_while_it_is_answered(rf, susan, chosen, active):
    susan.time_zone = chosen
    request = rf.get("/")
    request.user = susan
    seen = PreferencesMiddleware(lambda request: timezone.get_current_timezone_name())(request)
    assert seen == active
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(("chosen", "active"), [("", "Asia/Tokyo"), ("Europe/Berlin", "Europe/Berlin")])
def test_who_chose_no_zone_has_that_of_the_device(rf, susan, chosen, active):
    susan.time_zone = chosen
    request = rf.get("/")
    request.user = susan
    request.COOKIES["time_zone"] = "Asia/Tokyo"
    assert PreferencesMiddleware(lambda request: timezone.get_current_timezone_name())(request) == active


@pytest.mark.parametrize(
    ("zone", "moment", "label"),
    [
        # In Berlin, clocks go back from 3:00 to 2:00 at one o'clock UTC, and in New York forward from 2:00 to 3:00.
        ("Europe/Berlin", "2026-10-25T00:30Z", "02:30 Europe/Berlin, UTC+02:00"),
        ("Europe/Berlin", "2026-10-25T01:30Z", "02:30 Europe/Berlin, UTC+01:00"),
        ("America/New_York", "2026-03-08T06:59Z", "01:59 America/New_York, UTC-05:00"),
        ("America/New_York", "2026-03-08T07:00Z", "03:00 America/New_York, UTC-04:00"),
        ("UTC", "2026-10-25T01:30Z", "01:30 UTC"),
    ],
)
def test_times_are_plain_where_clocks_show_them_twice_or_never(zone, moment, label):
    moment = datetime.fromisoformat(moment)
    with timezone.override(zone):
        assert f"{date_format(timezone.localtime(moment), 'H:i')} {timezones.with_offset(zone, moment)}" == label


def test_time_zones_are_grouped_by_region_and_sorted():
    (plain, regions) = next(iter(timezones.choices())), list(timezones.choices())[1:]
    assert plain == ("UTC", "UTC")
    assert [str(region) for region, _places in regions] == [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic Ocean",
        "Australia",
        "Europe",
        "Indian Ocean",
        "Pacific Ocean",
    ]
    america = dict(regions)["America"]
    assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in america
    assert america == sorted(america)


def test_the_page_needs_a_log_in(client, db):
    page = client.get(reverse("settings_preferences"))
    assertRedirects(page, "/login/?next=/settings/preferences/", fetch_redirect_response=False)
