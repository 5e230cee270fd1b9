import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertFormError, assertRedirects

from accounts.forms.settings import ProfileForm
from accounts.models import User

pytestmark = pytest.mark.any_database


def save(client, **changes):
    data = {"username": "susan", "display_name": "", "about_me": "", **changes}
    return client.post(reverse("settings_profile"), data)


def test_people_say_who_they_are(susan, susan_client):
    response = save(susan_client, display_name="  Susan  B. ", about_me="I like tea.\r\n\r\nAnd cake. ")
    assertRedirects(response, reverse("settings_profile"))
    susan.refresh_from_db()
    assert susan.display_name == "Susan B."
    assert susan.about_me == "I like tea.\n\nAnd cake."


def test_the_form_shows_what_is_there(susan, susan_client):
    User.objects.update(display_name="Susan B.", about_me="Tea & cake")
    page = susan_client.get(reverse("settings_profile"))
    assertContains(page, 'value="Susan B."')
    assertContains(page, "Tea &amp; cake")
    assertContains(page, 'value="susan"')


def test_both_may_be_empty(susan, susan_client):
    User.objects.update(display_name="Susan B.", about_me="Tea")
    save(susan_client)
    susan.refresh_from_db()
    assert (susan.display_name, susan.about_me, susan.name) == ("", "", "susan")


MARKS = "\u202e\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u202a\u202b\u202c\u206a"


@pytest.mark.parametrize("mark", MARKS)
def test_a_name_turns_nothing_round_it_the_other_way(susan, susan_client, mark):
    save(susan_client, display_name=f"{mark}nasuS{mark} \u05e9\u05dc\u05d5\u05dd")
    page = susan_client.get("/@susan/")
    assertContains(page, "<title>nasuS \u05e9\u05dc\u05d5\u05dd")
    assert mark not in page.text


def test_nor_one_that_the_staff_wrote(boss_client, susan):
    page = reverse("admin:accounts_user_change", args=[susan.pk])
    boss_client.post(page, {"email": susan.email, "display_name": "\u202enasuS", "about_me": ""})
    susan.refresh_from_db()
    assert susan.display_name == "nasuS"


def test_saving_it_has_a_limit_and_what_was_typed_is_still_there(limit, susan, susan_client):
    limit("write", person=(1, 60))
    save(susan_client, about_me="First")
    response = susan_client.post(
        reverse("settings_profile"),
        {"username": "susan", "about_me": "Second", "avatar": SimpleUploadedFile("a.png", b"no picture")},
    )
    assert response.status_code == 429
    assertContains(response, "Second", status_code=429)
    assert "avatar" not in response.context["form"].errors  # nobody has looked at it
    susan.refresh_from_db()
    assert susan.about_me == "First"


def test_a_name_of_invisible_characters_is_none(susan, susan_client):
    save(susan_client, display_name="\u200b\u2800 \u3164")
    susan.refresh_from_db()
    assert susan.display_name == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 51),
        ("about_me", "x" * 501),
        ("display_name", "nul\x00"),
        ("about_me", "bell\x07"),
        ("username", "su san"),
        ("username", "nul\x00"),
        ("username", ""),
        ("username", "admin"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(susan, susan_client, field, value):
    response = save(susan_client, **{"display_name": "Typed", "about_me": "Also typed", field: value})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field}
    for kept in {"display_name": "Typed", "about_me": "Also typed"}.items():
        if kept[0] != field:
            assertContains(response, kept[1])
    susan.refresh_from_db()
    assert (susan.username, susan.display_name, susan.about_me) == ("susan", "", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", "é" * 50), ("display_name", "e\u0301" * 50), ("about_me", "👍" * 249 + "\r\n" * 2 + "x" * 249)],
)
def test_what_just_fits_is_kept(susan, susan_client, field, value):
    assertRedirects(save(susan_client, **{field: value}), reverse("settings_profile"))


def test_the_page_around_a_mistake_still_knows_who_one_is(susan_client):
    """Links in the navigation lead to the current name, not to the refused one."""
    assertContains(save(susan_client, username="su/san"), 'href="/@susan/"')


def test_a_name_that_the_site_keeps_for_itself_by_now_may_stay(susan, susan_client, settings):
    settings.SITE_NAME = "Susan"
    assertRedirects(save(susan_client, display_name="Sue"), reverse("settings_profile"))


def test_only_what_the_form_is_about_is_written(susan):
    """Changes made in the meantime, such as a new follower, stay."""
    form = ProfileForm(susan, {"username": "sue", "display_name": "Sue", "about_me": ""}, {})
    User.objects.shift(followers_count=1)
    assert form.is_valid()
    assert form.save()
    susan.refresh_from_db()
    assert (susan.username, susan.display_name, susan.followers_count) == ("sue", "Sue", 1)


def test_it_needs_a_log_in(client, db):
    assertRedirects(
        client.get(reverse("settings_profile")), "/login/?next=/settings/profile/", fetch_redirect_response=False
    )


def test_a_taken_name_is_named(susan_client, john):
    assertFormError(
        save(susan_client, username="John").context["form"], "username", "This name is taken. Choose another one."
    )
