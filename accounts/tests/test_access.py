"""Access rules, tested on a small site with one page of each kind."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path
from pytest_django.asserts import assertRedirects

from accounts.access import post_only, public_reading, with_person
from accounts.models import FormerUsername

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.any_database]


def private(request):
    return HttpResponse("private")


@login_not_required
def open_to_all(request):
    return HttpResponse("open")


@public_reading
def readable(request):
    return HttpResponse("readable")


@public_reading
@with_person
def person_page(request, person, pk=None):
    return HttpResponse(f"{request.method} {person.username} {pk}")


@post_only("profile")
@with_person
def act(request, person):
    return HttpResponse(f"done to {person.username}")


urlpatterns = [
    path("", include("microblog_site.urls")),
    path("private/", private),
    path("open/", open_to_all),
    path("readable/", readable),
    path("person/<username>/", person_page, name="person"),
    path("person/<username>/<int:pk>/", person_page, name="person_thing"),
    path("person/<username>/act/", act),
]


@pytest.mark.parametrize("public_reading", [True, False])
def test_pages_are_closed_unless_marked(client, settings, public_reading):
    settings.PUBLIC_READING = public_reading
    assertRedirects(client.get("/private/?a=1"), "/login/?next=/private/%3Fa%3D1", fetch_redirect_response=False)
    assert client.get("/open/").content == b"open"


def test_some_are_open_while_the_site_can_be_read_without_an_account(client, settings):
    assert client.get("/readable/").content == b"readable"
    settings.PUBLIC_READING = False
    assertRedirects(client.get("/readable/"), "/login/?next=/readable/", fetch_redirect_response=False)


def test_somebody_logged_in_reads_everything(susan_client, settings):
    settings.PUBLIC_READING = False
    for page in ("/private/", "/open/", "/readable/", "/person/susan/"):
        assert susan_client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        ("http://testserver/explore/?before=7", "/login/?next=/explore/%3Fbefore%3D7"),
        ("https://evil.example/page/", "/login/"),
        ("", "/login/"),
    ],
)
def test_a_stranger_s_post_leads_to_the_page_it_came_from(client, referer, target):
    response = client.post("/person/susan/act/", headers={"Referer": referer})
    assertRedirects(response, target, fetch_redirect_response=False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_s_script_is_told_with_401(client, method):
    response = getattr(client, method)("/private/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert (response.status_code, response.content) == (401, b"")


def test_a_url_names_a_person(client, susan):
    assert client.get("/person/susan/").content == b"GET susan None"
    assert client.get("/person/susan/7/").content == b"GET susan 7"


@pytest.mark.parametrize("method", ["get", "head"])
def test_another_spelling_leads_to_the_canonical_one(client, susan, method):
    response = getattr(client, method)("/person/SUSAN/7/?before=3&x=%C3%A9")
    assertRedirects(response, "/person/susan/7/?before=3&x=%C3%A9", fetch_redirect_response=False)


def test_a_former_name_leads_to_the_present_one(client, susan):
    susan.rename("sue")
    assertRedirects(client.get("/person/Susan/7/"), "/person/sue/7/", fetch_redirect_response=False)


def test_a_post_acts_at_once_whatever_the_spelling(susan_client, susan):
    assert susan_client.post("/person/SUSAN/").content == b"POST susan None"
    susan.rename("sue")
    assert susan_client.post("/person/susan/act/").content == b"done to sue"


def test_a_name_in_use_wins_over_a_former_one(client, susan, john):
    FormerUsername.objects.hold("susan", john)
    assert client.get("/person/susan/").content == b"GET susan None"


@pytest.mark.parametrize("username", ["nobody", "su san", "súsan", "susan%00", "\u212a", "%F0%9F%8E%88", "x" * 500])
def test_nobody_of_that_name_is_not_found(client, susan, username):
    assert client.get(f"/person/{username}/").status_code == 404


def test_the_suspended_are_not_found_by_any_name(client, susan_client, susan, john):
    john.rename("johnny")
    john.suspend()
    for name in ("johnny", "john"):
        assert client.get(f"/person/{name}/").status_code == 404
        assert susan_client.post(f"/person/{name}/act/").status_code == 404


def test_a_closed_site_does_not_tell_who_is_there(client, susan, settings):
    settings.PUBLIC_READING = False
    for name in ("susan", "SUSAN", "nobody"):
        assertRedirects(client.get(f"/person/{name}/"), f"/login/?next=/person/{name}/", fetch_redirect_response=False)


def test_a_link_to_an_action_leads_to_the_page_it_belongs_to(susan_client):
    assertRedirects(susan_client.get("/person/susan/act/"), "/@susan/", fetch_redirect_response=False)
    assert susan_client.put("/person/susan/act/").status_code == 405
    assert susan_client.post("/person/susan/act/").content == b"done to susan"


@pytest.mark.parametrize("referer", ["/posts/", "/@susan/follow/"])
def test_a_stranger_is_not_led_to_where_only_forms_are_sent(client, susan, referer):
    response = client.post("/posts/", {"body": "Hi"}, headers={"Referer": f"http://testserver{referer}"})
    assertRedirects(response, "/login/")


def test_what_is_shown_to_somebody_logged_in_is_kept_by_no_shared_cache(client, susan_client):
    assert susan_client.get("/private/")["Cache-Control"] == "private, no-cache"
    assert not client.get("/readable/").has_header("Cache-Control")
