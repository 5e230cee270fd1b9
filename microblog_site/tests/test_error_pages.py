import re
import time
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pytest_django.asserts import assertContains, assertTemplateUsed

from microblog_site import errors
from microblog_site.database import deadline
from microblog_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from microblog_site.urls import urlpatterns as pages_of_the_site
from posts.tests.factories import PostFactory
from social.models import Block


def refuse(request):
    raise PermissionDenied


def suspect(request):
    raise SuspiciousOperation("a secret reason")


def fail(request):
    raise ValueError("a secret of the code")


def read_form(request):
    return HttpResponse(len(request.POST))


urlpatterns = [
    path("act/", require_POST(fail)),
    path("busy/", lambda request: HttpResponse(status=429, headers={"Retry-After": "60"})),
    path("fail/", fail),
    path("form/", csrf_exempt(read_form)),
    path("refuse/", refuse),
    path("suspect/", suspect),
    path("words/", lambda request: HttpResponse("words of its own", status=404)),
    *pages_of_the_site,
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.any_database]

BARE = {"/suspect/": 400, "/refuse/": 403, "/no-such-page/": 404, "/act/": 405, "/busy/": 429, "/fail/": 500}


@pytest.fixture(autouse=True)
def open_site(settings):
    """Without the middleware that requires log-in, and with the responses a browser gets to errors."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "LoginRequired" not in name]
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("url", "status"), BARE.items())
def test_each_error_has_a_page_in_the_sites_design(client, url, status):
    response = client.get(url)
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert int(response["Content-Length"]) == len(response.content)
    assertTemplateUsed(response, f"{status}.html")
    assertTemplateUsed(response, "error_base.html")
    assert b"secret" not in response.content


@pytest.mark.parametrize("url", BARE)
def test_no_error_page_asks_the_database(client, susan, django_assert_num_queries, url):
    with django_assert_num_queries(0):
        client.get(url)


@pytest.mark.parametrize(("url", "status"), BARE.items())
def test_scripts_and_head_requests_get_the_status_too(client, url, status):
    assert client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == status
    head = client.head(url)
    assert (head.status_code, head.content) == (status, b"")


def test_a_method_that_is_not_allowed_names_those_that_are(client):
    response = client.get("/act/")
    assert response["Allow"] == "POST"


def test_too_many_tries_say_when_to_come_back(client):
    assert client.get("/busy/")["Retry-After"] == "60"


def test_an_answer_with_words_of_its_own_keeps_them(client):
    assert client.get("/words/").content == b"words of its own"


def test_a_form_without_its_token_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "susan"})
    assertTemplateUsed(response, "csrf.html")
    assert response.status_code == 403


def test_an_unknown_host_is_a_bad_request(client):
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assertTemplateUsed(response, "400.html")


def test_a_form_larger_than_any_is_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert_too_large(client.post("/form/", "a=" + "b" * 100, content_type="application/x-www-form-urlencoded"))


def test_a_form_with_too_many_fields_is_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    assert_too_large(client.post("/form/", dict.fromkeys("abcd", 1)))


def test_a_body_too_large_is_refused_unread(client, settings):
    settings.REQUEST_MAX_BYTES = 100
    body = BytesIO(b"a" * 101)
    for url in ("/form/", "/media/avatars/aa-96.webp", "/no-such-page/"):
        assert_too_large(client.generic("POST", url, CONTENT_LENGTH="101", **{"wsgi.input": body}))
    assert body.tell() == 0


@pytest.mark.parametrize("length", ["", "nonsense", "-1", "²"])
def test_a_body_without_a_usable_length_does_no_harm(client, length):
    assert client.generic("POST", "/form/", CONTENT_LENGTH=length).status_code == 200


def assert_too_large(response):
    assert response.status_code == 413
    assertTemplateUsed(response, "413.html")


@pytest.mark.parametrize("url", ["/no-such-page/", "/media/no-such-file"])
def test_the_page_speaks_the_readers_language(client, url):
    translation.activate("en")  # left behind by the previous request
    assertContains(client.get(url, headers={"Accept-Language": "es"}), '<html lang="es"', status_code=404)


def test_caches_keep_the_page_of_each_language_apart(client, settings):
    settings.REQUEST_MAX_BYTES = 100
    early = [
        client.get("/", headers={"Host": "evil.example"}),
        client.get("/media/no-such-file"),
        client.generic("POST", "/form/", CONTENT_LENGTH="101"),
        client.post("/robots.txt"),
    ]
    assert [response.status_code for response in early] == [400, 404, 413, 405]
    for response in [*early, *map(client.get, BARE)]:
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", ")), response.status_code


def test_a_person_reads_it_in_the_language_of_their_account(client, susan):
    susan.language = "es"
    susan.save()
    client.force_login(susan)
    assertContains(client.get("/no-such-page/"), '<html lang="es"', status_code=404)


def test_a_page_that_cannot_be_shown_is_replaced_by_a_plain_one(client, monkeypatch):
    monkeypatch.setitem(errors.PAGES, 500, "no-such-template.html")
    assertContains(client.get("/fail/"), "<h1>Internal Server Error</h1>", status_code=500)


FRAMED = {url: status for url, status in BARE.items() if status != 500}


@pytest.mark.parametrize(("url", "status"), FRAMED.items())
def test_who_is_logged_in_keeps_the_navigation(susan_client, django_assert_num_queries, url, status):
    with django_assert_num_queries(1):  # the session with its person, as on every page
        response = susan_client.get(url)
    assertContains(response, 'href="/@susan/"', status_code=status)
    assertTemplateUsed(response, f"{status}.html")
    assert response["Cache-Control"] == "private, no-cache"


def test_a_fault_of_the_site_gets_the_bare_page(client, susan):
    client.force_login(susan)
    assertTemplateUsed(client.get("/fail/"), "error_base.html")


def test_scripts_get_the_bare_page(susan_client):
    assertTemplateUsed(
        susan_client.get("/no-such-page/", headers={"X-Requested-With": "XMLHttpRequest"}), "error_base.html"
    )


def test_one_can_log_out_from_it(susan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(susan)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/no-such-page/").content.decode())[1]
    assert client.post(reverse("logout"), {"csrfmiddlewaretoken": token}).status_code == 302


def test_what_is_hidden_looks_like_what_never_was(susan_client, susan, john):
    Block.objects.block(john, susan)
    post = PostFactory(author=john)
    paths = ["/@nobody/", "/@john/", "/@john/1/", post.get_absolute_url(), "/no-such-page/"]
    answers = [susan_client.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_without_its_frame_a_page_is_bare(rf):
    request = rf.get("/")
    request.is_logged_in = True  # and yet has neither user nor session
    response = errors.error_page(request, 404)
    assert b"Page not found" in response.content
    assert b'class="standalone"' in response.content


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_has_waited_too_long_for_a_thread_is_not_served_any_more(client, db, django_assert_num_queries, method):
    with deadline.of_request(time.monotonic() - 60, statement_timeout=5), django_assert_num_queries(0):
        response = getattr(client, method)("/login/")
    assert response.status_code == 503
    assert response["Retry-After"]
