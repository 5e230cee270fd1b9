import os
import shutil

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import expect

from posts.tests.factories import PostFactory
from social.models import Follow
from tests.run import CHROMIUM

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is no failure

# What strains a layout: words and addresses that do not break, and other scripts.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
BODIES = [
    "Good morning, harbour!\nThe fog lifts.\n\nSo does my mood.",
    f"https://town.example/{LONG}/{LONG}?and=more",
    LONG,
    "مرحبا بكم في الميناء، وصباح الخير للجميع",
    "おはようございます。今日は霧が深いですね。",
    "Thank you, @susan and @john! 🌊",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


# Keeps count of what scripts ask the site. They are given an answer when all of it has come: once none is under way,
# they have done what they do with it, and wait for the clock or for the reader.
COUNT_REQUESTS = """
    window.asked = [];
    window.underWay = 0;
    const real = window.fetch;
    window.fetch = async (url, options) => {
        asked.push(new URL(url, location).pathname);
        underWay += 1;
        try {
            const response = await real(url, options);
            const text = await response.clone().text();
            response.text = async () => text;
            return response;
        } finally {
            underWay -= 1;
        }
    };
"""
COMES_INTO_VIEW = """element => new Promise(done => {
    new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && done()).observe(element);
})"""


@pytest.fixture(scope="session", autouse=True)
def databases_beside_playwright():
    # Playwright runs an event loop in the thread of the test, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": next(filter(None, map(shutil.which, CHROMIUM))),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"reduced_motion": "reduce"}  # no colours on their way to another


@pytest.fixture
def page(page, live_server, settings):
    """A browser's page, in which no script may fail and nothing may be missing or blocked by the site's policy."""
    settings.SITE_URL = live_server.url
    complaints = []
    page.on("console", lambda message: complaints.append(complaint(message)) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error.stack}"))
    yield page
    # Not a fault: the error page that tests ask for.
    assert [complaint for complaint in complaints if "/no-such-page/: Failed to load" not in complaint] == []


class Tab:
    """A page in which time passes only when it is told to, and what its scripts ask the site."""

    def __init__(self, page):
        self.page = page
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        page.add_init_script(COUNT_REQUESTS)

    @property
    def asked(self):
        """The paths that scripts have asked for."""
        return self.page.evaluate("asked")

    def pass_time(self, time):
        """Let `time` pass ("01:10" is 70 seconds), and scripts do what they do then."""
        self.page.clock.run_for(time)
        self.wait_for_answers()

    def wait_for_answers(self):
        self.page.wait_for_function("() => underWay === 0")

    def wait_for_requests(self, number):
        self.page.wait_for_function("number => asked.length >= number", arg=number)

    def show(self, locator):
        """Bring it into view, and see to it that scripts which watch for that know."""
        locator.scroll_into_view_if_needed()
        locator.evaluate(COMES_INTO_VIEW)


@pytest.fixture
def tab(page):
    return Tab(page)


def complaint(message):
    return f"{message.location['url']}: {message.text}"


@pytest.fixture
def visit(page, live_server):
    """A function that opens a path of the site."""

    def visit(path):
        return page.goto(live_server.url + path)

    return visit


@pytest.fixture
def log_in(context, live_server):
    """A function that logs somebody in, without the form."""

    def log_in(person):
        client = Client()
        client.force_login(person)
        name = site_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return log_in


@pytest.fixture
def town(settings, susan, john):
    """Two people who follow each other and have written more than a page holds; gives Susan's newest post."""
    settings.TIMELINE_PAGE_SIZE = len(BODIES)
    susan.__class__.objects.filter(pk=susan.pk).update(about_me=f"I repair clocks. {LONG}", display_name="Susan " * 8)
    Follow.objects.follow(susan, john)
    Follow.objects.follow(john, susan)
    for round_ in range(3):  # taking turns, so that each page has each body, and so has each person
        for number, body in enumerate(BODIES):
            newest = PostFactory(author=(john, susan)[(number + round_) % 2], body=body)
    return newest
