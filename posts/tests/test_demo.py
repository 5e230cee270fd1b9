from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.validators import validate_username
from microblog_site import running, text
from posts import counters
from posts.demo import community
from posts.demo.conversation import conversation
from posts.management.commands.demo import site_url
from posts.models import Like, Post
from social.models import Follow


def run():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def output(django_db_setup, django_db_blocker):
    """The output of the command; the tests of this file share the site it filled."""
    with django_db_blocker.unblock(), transaction.atomic(), running.only_one(settings.DATA_DIR, "http://harbour:8090"):
        yield run()
        transaction.set_rollback(True)


@pytest.fixture
def site(output, db):
    return output


def test_visitors_find_drafts(site):
    assert [len(draft.texts) for draft in User.objects.get(username="marnie_afloat").drafts.order_by("pk")] == [2, 1]


def test_the_texts_could_have_been_typed_by_people(settings):
    people = community()
    posts = [post for person in people for post in person.posts]
    assert len(people) >= 55
    assert len(posts) >= 1_400
    assert len({person.language for person in people}) >= 10
    assert len(set(posts)) == len(posts)
    assert len({person.username.lower() for person in people}) == len(people)
    for person in people:
        validate_username(person.username)
        assert 0 < len(person.name) <= settings.DISPLAY_NAME_MAX_LENGTH
        assert len(person.about) <= settings.ABOUT_ME_MAX_LENGTH
    for typed in [*posts, *(person.about for person in people), *(person.name for person in people)]:
        assert typed == text.normalize(typed)
        assert not text.has_control_characters(typed)
        assert len(typed) <= settings.POST_MAX_LENGTH


def test_it_is_the_same_every_time():
    first, second = [
        [
            (person.username, person.posts, person.ages, [other.username for other in person.follows])
            for person in people
        ]
        for people in (community(), community())
    ]
    assert first == second


def test_nobody_wrote_in_the_future_or_out_of_order():
    for person in community():
        assert person.ages == sorted(person.ages, reverse=True)
        assert person.ages[-1].total_seconds() > 0


def test_the_site_is_full(site):
    assert User.objects.count() == len(community())
    assert Post.objects.count() == len(conversation(community()))
    assert Follow.objects.count() >= 600
    assert not User.objects.filter(Q(posts_count=0) | Q(following_count=0)).exists()


def test_ids_are_in_the_order_of_time(site):
    for rows in (Post.objects, Follow.objects):
        moments = list(rows.order_by("pk").values_list("created_at", flat=True))
        assert moments == sorted(moments)
        assert moments[-1] <= timezone.now()


def test_each_persons_posts_stand_in_the_order_they_were_told(site):
    for person in community():
        posts = Post.objects.filter(author__username=person.username, repost_of=None, in_reply_to=None, is_quote=False)
        assert list(posts.order_by("pk").values_list("body", flat=True)) == person.posts


def test_counters_are_right(site):
    assert counters.recount()[1] == 0
    assert counters.recount_posts()[1] == 0


def test_people_talk_with_each_other(site):
    posts = Post.objects.all()
    assert posts.filter(in_reply_to__in_reply_to__isnull=False).count() >= 12
    assert posts.filter(in_reply_to__isnull=False).values("language").distinct().count() >= 14
    assert posts.filter(is_quote=True).count() >= 3
    assert posts.filter(repost_of__isnull=False).count() >= 50
    assert posts.exclude(content_warning="").exists()
    assert 10 <= posts.exclude(owner=None).count() <= 100
    assert posts.exclude(pinned_at=None).values("author").annotate(number=Count("pk")).filter(number__gt=3).count() == 0
    assert posts.exclude(pinned_at=None).count() >= 5
    assert Like.objects.count() >= 1_000
    assert not Like.objects.filter(user=F("post__author")).exists()


def test_answers_come_after_what_they_answer_and_everybody_in_them_is_there():
    names = {person.username for person in community()}
    for one in conversation(community()):
        above = one.answers or one.quotes or one.repeats
        assert one.author in names
        assert one.age.total_seconds() > 0
        assert not above or above.age > one.age
        assert len(one.body) <= settings.POST_MAX_LENGTH


def test_the_conversation_is_the_same_every_time():
    first, second = ([repr(text) for text in conversation(community())] for _time in range(2))
    assert first == second


def test_a_few_have_many_followers(site):
    followers = sorted(User.objects.values_list("followers_count", flat=True))
    assert followers[-1] >= 3 * followers[len(followers) // 2]


def test_everybody_joined_before_they_wrote_and_was_here_since(site):
    for person in User.objects.all():
        first, last = person.posts.earliest("pk"), person.posts.latest("pk")
        assert person.date_joined < first.created_at
        assert last.created_at <= person.last_seen <= timezone.now()


def test_posts_know_their_language_and_mentions_lead_somewhere(site):
    assert Post.objects.values("language").distinct().count() >= 10
    mentions = Post.objects.filter(body__regex=r"@[a-z]")
    assert mentions.count() >= 100
    assert not mentions.exclude(html__contains='<a href="/@').exists()


def test_people_who_are_mentioned_are_mostly_followed(site):
    people = {person.username: person for person in community()}
    pairs = [(person, people[name]) for person in people.values() for name in person.mentioned if name in people]
    assert sum(other in person.follows for person, other in pairs) >= 0.8 * len(pairs)


def test_people_whose_language_the_site_speaks_see_it_in_that(site, settings):
    spoken = dict(settings.LANGUAGES)
    for language, speakers in User.objects.values_list("language").annotate(Count("pk")):
        assert language == "" or language in spoken
        assert speakers
    assert User.objects.filter(language="es").exists()


def test_it_says_where_the_site_runs_unless_it_is_told(site, settings, monkeypatch):
    assert "Log in at http://harbour:8090/login/ as " in site
    assert site_url() == "http://harbour:8090"
    settings.SITE_URL = "http://127.0.0.1:8091"
    monkeypatch.setenv("PORT", "8091")
    assert site_url() == "http://127.0.0.1:8091"


def test_where_no_site_runs_it_says_where_one_would(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert site_url() == settings.SITE_URL


def test_one_can_log_in_as_one_of_them_and_read_others(site):
    username, password = site.strip().rsplit("\n", 1)[-1].split(" as ")[1].split(", password ")
    client = Client()
    assert client.post("/login/", {"username": username, "password": password}).status_code == 302
    authors = {post.username for post in client.get("/").context["page"]}
    assert len(authors - {username}) >= 5
    others = User.objects.exclude(username=username)
    assert not any(other.has_usable_password() for other in others)


def test_no_mail_can_reach_anybody(site):
    assert not User.objects.exclude(email__endswith=".invalid").exists()


def test_a_second_run_says_that_it_is_there(site):
    posts = Post.objects.count()
    assert "already" in run()
    assert Post.objects.count() == posts


def test_a_site_where_people_signed_up_is_left_alone(db):
    UserFactory()
    posts = Post.objects.count()
    with pytest.raises(CommandError, match="people on this site"):
        run()
    assert Post.objects.count() == posts
