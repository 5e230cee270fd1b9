"""Which posts are offered in translation, and to whom."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from accounts.models import User
from posts.models import Translation
from posts.tests.factories import PostFactory

BUTTON = 'class="btn btn-link btn-translate"'

pytestmark = pytest.mark.any_database


@pytest.fixture
def post(john):
    return PostFactory(author=john, body="おはようございます", language="ja")


@pytest.fixture(params=["home", "explore", "profile", "post"])
def path(request, john, post, susan):
    susan.following.create(followed=john)
    args = {"profile": [john.username], "post": [john.username, post.pk]}
    return reverse(request.param, args=args.get(request.param))


def keep(post, language, **columns):
    columns = {"digest": post.digest, "provider": "deepl", "source": "ja", "body": "Buenos días", **columns}
    return Translation.objects.create(post=post, language=language, made_at=timezone.now(), **columns)


def button(post):
    return f'{BUTTON} type="submit" form="act" formaction="/posts/{post.pk}/translation/"'


def test_every_page_offers_it_where_a_service_is_set_up(translator, susan_client, path, post):
    assertContains(susan_client.get(path), button(post), count=1)
    assertContains(susan_client.get(path), "js/translate.js")


def test_without_a_service_nothing_is_offered(susan_client, client, path, post):
    keep(post, "en")
    for reader in (susan_client, client):
        page = reader.get(path)
        assertNotContains(page, "/translation/")
        assertNotContains(page, "translate.js")


@pytest.mark.parametrize(
    ("read", "interface", "offered"),
    [
        ([], "en", True),
        ([], "es", True),
        (["ja"], "en", False),
        (["de", "ja"], "en", False),
        (["de"], "en", True),
    ],
)
def test_it_is_for_languages_one_does_not_read(translator, susan_client, post, read, interface, offered):
    User.objects.update(read_languages=read, language=interface)
    assert (BUTTON in susan_client.get("/explore/").content.decode()) is offered


@pytest.mark.parametrize("translator", ["libretranslate"], indirect=True)
@pytest.mark.parametrize(("language", "offered"), [("en", False), ("es", True), ("is", False), ("", False)])
def test_it_is_for_what_the_service_can_translate_into_one_s_own_language(
    translator, susan_client, john, language, offered
):
    PostFactory(author=john, body="Kumusta", language=language)
    assert (BUTTON in susan_client.get("/explore/").content.decode()) is offered


def test_a_post_in_no_known_language_has_it_in_its_menu(translator, susan_client, john):
    post = PostFactory(author=john, body="Hm", language="")
    assertContains(
        susan_client.get("/explore/"),
        f'class="menu-item" form="act" formaction="/posts/{post.pk}/translation/"',
    )


def test_one_s_own_posts_are_not_offered(translator, john_client, post):
    assertNotContains(john_client.get("/explore/"), "/translation/")


def test_strangers_are_offered_what_is_kept(translator, client, post):
    assertNotContains(client.get("/explore/"), BUTTON)
    keep(post, "es")
    assertNotContains(client.get("/explore/", headers={"Accept-Language": "en"}), BUTTON)
    page = client.get("/explore/", headers={"Accept-Language": "es"})
    assertContains(page, button(post), count=1)
    assertContains(page, '<form id="act" method="post"', count=1)


@pytest.mark.parametrize("columns", [{"digest": 7}, {"body": ""}])
def test_strangers_are_not_offered_what_is_stale_or_refused(translator, client, post, columns):
    keep(post, "es", **columns)
    assertNotContains(client.get("/explore/", headers={"Accept-Language": "es"}), BUTTON)


def test_knowing_that_takes_no_query_more(translator, client, susan_client, john):
    for reader in (client, susan_client):
        reader.get("/explore/")
    for number in range(10):
        keep(PostFactory(author=john, body=f"おはよう {number}", language="ja"), "en")
    client.get("/explore/")
    with assertNumQueries(2):
        assertContains(client.get("/explore/"), BUTTON, count=10)


def test_who_wants_it_has_them_translated_by_themselves(translator, susan_client, post):
    assertNotContains(susan_client.get("/explore/"), "data-translate-posts")
    User.objects.update(translate_posts=True)
    assertContains(susan_client.get("/explore/"), " data-translate-posts>")
