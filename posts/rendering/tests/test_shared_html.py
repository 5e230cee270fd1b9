"""No request can affect the shared HTML: whatever the first reader sends, the next one gets the usual page."""

import re

import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import get_script_name
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import clear_script_prefix, set_script_prefix

from accounts.models import User
from microblog_site.templatetags import site
from microblog_site.wsgi import application
from posts.tests.factories import PostFactory
from social.models import Follow

pytestmark = pytest.mark.any_database

SHARED = re.compile(
    r'<article.*</article>|<ul class="people">.*?</ul>|<footer.*?</footer>|<form class="composer".*?</form>', re.DOTALL
)
PATHS = ["/", "/explore/", "/@john/", "/@john/{post.pk}/", "/@john/followers/"]
OF_ONE_FORM = re.compile(r'name="(csrfmiddlewaretoken|submission)" value="[^"]*"')


@pytest.fixture
def post(john, susan):
    Follow.objects.follow(susan, john)
    return PostFactory(author=john, body="Hi @susan, see https://example.com/", language="de")


@pytest.fixture
def strange(settings):
    """What the first reader's request contains."""
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    return {"SCRIPT_NAME": "/zz", "HTTP_HOST": "other.example", "HTTP_X_FORWARDED_PREFIX": "/zz", "secure": True}


def shared(client, path, **extra):
    page = client.get(path, **extra)
    assert page.status_code == 200
    return [OF_ONE_FORM.sub("", part) for part in SHARED.findall(page.text)]


def ask(client, path, extra, **data):
    """Like the WSGI application: it adds the request's prefix to links, which the test client does not."""
    set_script_prefix(get_script_name(extra))
    try:
        return (client.post if data else client.get)(path, data, **extra)
    finally:
        clear_script_prefix()


def empty_caches():
    for cache in caches:
        caches[cache].clear()
    site._shared.cache_clear()


@pytest.fixture
def transaction_of_the_test():
    """Stays open while the application itself is called, as with the test client."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def ask_application(path, **extra):
    """A page as the web server gets it."""
    started = []
    environ = RequestFactory().get(path).environ | extra
    page = b"".join(application(environ, lambda status, headers: started.append(status)))
    return started[0], page.decode()


@pytest.mark.parametrize("path", [*PATHS, "/about/"])
def test_a_strangers_request_changes_nothing_for_others(client, post, strange, path):
    path = path.format(post=post)
    expected = shared(client, path)
    empty_caches()
    odd = Client()
    odd.cookies["time_zone"] = "Pacific/Auckland"
    assert ask(odd, path, strange).status_code == 200
    assert shared(client, path) == expected
    assert "/zz" not in "".join(expected)


@pytest.mark.usefixtures("transaction_of_the_test")
@pytest.mark.parametrize("path", [*PATHS, "/about/"])
def test_nor_does_it_behind_a_web_server_that_passes_a_prefix_on(post, strange, path):
    path = path.format(post=post)
    expected = SHARED.findall(ask_application(path)[1])
    empty_caches()
    strange["wsgi.url_scheme"] = "https"
    for request in (strange, {}):
        status, page = ask_application(path, **request)
        assert (status, SHARED.findall(page)) == ("200 OK", expected)


@pytest.mark.parametrize("path", PATHS)
def test_nor_do_a_persons_settings(client, post, susan, susan_client, boss_client, strange, path):
    User.objects.filter(pk=susan.pk).update(
        time_zone="Asia/Tokyo", theme="dark", read_languages=["de"], translate_posts=True, written_languages=["de"]
    )
    path = path.format(post=post)
    expected = shared(boss_client, path)
    empty_caches()
    assert ask(susan_client, path, strange).status_code == 200
    assert shared(boss_client, path) == expected


def test_links_that_are_kept_begin_at_the_root(client, john, susan, susan_client, strange):
    ask(susan_client, "/posts/", strange, body="Hi @john", language="en")
    assert '<a href="/@john/"' in susan.posts.get().html


def test_the_prefix_of_a_request_is_no_way_to_another_page(client, john, strange):
    assert client.get("/@john/", **strange).wsgi_request.path == "/@john/"
