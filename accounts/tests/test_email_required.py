"""With CONFIRM_EMAIL=required, only people who have confirmed their address can do what others see."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from moderation.models import Report
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow, FollowRequest

from .factories import UserFactory
from .test_email_confirmation import client_of

pytestmark = pytest.mark.any_database

AJAX = {"X-Requested-With": "XMLHttpRequest"}
FIRST = "Confirm your e-mail address first"


@pytest.fixture(autouse=True)
def required(settings):
    settings.CONFIRM_EMAIL = "required"


@pytest.fixture
def sue(db):
    return UserFactory(username="sue", email_confirmed_at=None)


@pytest.fixture
def client(sue):
    return client_of(sue)


def test_a_post_is_refused_and_its_text_kept(client):
    page = client.post(reverse("post_create"), {"body": "Hello from the harbour"})
    assert page.status_code == 200
    assertContains(page, FIRST)
    assertContains(page, "Hello from the harbour")
    assert not Post.objects.exists()


def test_a_script_gets_the_form_with_the_error(client):
    answer = client.post(reverse("post_create"), {"body": "Hello from the harbour"}, headers=AJAX)
    assertContains(answer, FIRST, status_code=422)
    assertContains(answer, "Hello from the harbour", status_code=422)


def test_home_says_so_before_anything_is_written(client, susan_client):
    assertContains(client.get(reverse("home")), "as soon as you've confirmed your e-mail address")
    assertNotContains(client.get(reverse("home")), 'id="composer"')
    assertContains(susan_client.get(reverse("home")), 'id="composer"')


def test_an_edit_is_refused_and_its_text_kept(client, sue):
    post = PostFactory(author=sue, body="Before")
    page = client.post(reverse("post_edit", args=[post.pk]), {"body": "After"})
    assertContains(page, FIRST)
    assertContains(page, "After")
    post.refresh_from_db()
    assert post.body == "Before"


def test_following_is_refused(client, sue, susan):
    follow = reverse("follow", args=["susan"])
    profile = reverse("profile", args=["susan"])
    response = client.post(follow, headers={"Referer": f"http://testserver{profile}"})
    assertRedirects(response, profile, fetch_redirect_response=False)
    assertContains(client.get(profile), FIRST)
    assert client.post(follow, headers=AJAX).status_code == 403
    assert not Follow.objects.exists()


def test_accepting_a_follower_is_refused_and_rejecting_one_is_not(client, sue, susan):
    FollowRequest.objects.create(follower=susan, followed=sue)
    client.post(reverse("accept", args=["susan"]))
    assert not Follow.objects.exists()
    client.post(reverse("reject", args=["susan"]))
    assert not FollowRequest.objects.exists()


def test_reporting_is_refused(client, susan):
    report = f"{reverse('report')}?user={susan.pk}"
    assertRedirects(client.get(report), reverse("home"))
    client.post(report, {"reason": Report.Reason.SPAM, "comment": "Sells pills"})
    assert not Report.objects.exists()


def test_undoing_and_defending_oneself_stay_possible(client, sue, susan):
    post = PostFactory(author=sue)
    Follow.objects.follow(sue, susan)
    client.post(reverse("post_delete", args=[post.pk]))
    client.post(reverse("unfollow", args=["susan"]))
    client.post(reverse("block", args=["susan"]))
    client.post(reverse("settings_profile"), {"username": "sue", "display_name": "Sue", "about_me": ""})
    sue.refresh_from_db()
    assert not Post.objects.visible_to(sue).exists()
    assert not Follow.objects.exists()
    assert Block.objects.filter(blocker=sue, blocked=susan).exists()
    assert sue.display_name == "Sue"


def test_the_confirmed_write(client, sue):
    sue.confirm_email(sue.email)
    client.post(reverse("post_create"), {"body": "Hello"})
    assert Post.objects.get().author == sue


@pytest.mark.parametrize("setting", ["", "optional"])
def test_without_it_everybody_writes(client, settings, setting):
    settings.CONFIRM_EMAIL = setting
    client.post(reverse("post_create"), {"body": "Hello"})
    assert Post.objects.exists()
