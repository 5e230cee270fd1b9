"""How a page says that its form was refused, to eyes and to screen readers, without a script."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

pytestmark = pytest.mark.any_database

SUMMARY = re.compile(r'<div class="[^"]*errors" role="alert" tabindex="-1" autofocus>.+?</div>', re.DOTALL)


def summary(response):
    return SUMMARY.search(response.content.decode())[0]


def test_the_title_says_it_first(client, db):
    assertContains(client.post(reverse("register")), "<title>Error: Sign up · Microblog</title>")
    assertContains(client.get(reverse("register")), "<title>Sign up · Microblog</title>")


def test_a_summary_stands_first_takes_the_focus_and_leads_to_the_fields(client, db):
    page = client.post(reverse("register"), {"username": "a b", "email": "a@example.org"})
    text = page.content.decode()
    assert text.index("autofocus") < text.index("<h1")
    assert re.findall(r'<a href="#(\w+)">([^<]+) –', summary(page)) == [
        ("id_username", "User name"),
        ("id_password1", "Password"),
        ("id_password2", "Repeat the password"),
    ]
    assert all(f'id="{name}"' in text for name in re.findall(r'href="#(id_\w+)"', text))


def test_a_group_of_choices_can_be_led_to_as_well(susan_client, john):
    page = susan_client.post(f"{reverse('report')}?user={john.pk}")
    assert 'href="#id_reason"' in summary(page)
    assertContains(page, '<fieldset class="field" id="id_reason" tabindex="-1"')


def test_what_belongs_to_no_field_stands_there_too(client, susan):
    page = client.post(reverse("login"), {"username": "susan", "password": "wrong"})
    assertContains(page, "Wrong user name, e-mail address or password.", count=1)
    assert "Wrong user name" in summary(page)


def test_error_and_help_are_both_readable_and_say_different_things(client, db):
    page = client.post(reverse("register"), {"username": "a b"})
    assertContains(page, "Letters a to z, digits and underscores.", count=1)
    assertContains(page, "User names can&#x27;t contain spaces, accents or special characters.", count=2)


def test_a_script_that_posts_gets_errors_inside_its_fragment(susan_client, limit):
    limit("write", person=(0, 60))
    script = {"X-Requested-With": "XMLHttpRequest"}
    for headers, count in (({}, 1), (script, 1)):
        page = susan_client.post(reverse("post_create"), {"body": "Hi"}, headers=headers)
        assertContains(page, "That was a lot in a short time", count=count, status_code=page.status_code)


def test_a_page_without_a_refused_form_has_no_summary(client, susan_client):
    for page in (client.get(reverse("login")), susan_client.get("/"), susan_client.get(reverse("settings_profile"))):
        assertNotContains(page, "alert-danger")
