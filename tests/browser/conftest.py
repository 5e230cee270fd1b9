import os
import shutil

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import expect

from posts.models import Draft
from posts.tests.factories import PostFactory
from social.models import Follow
from tests.run import CHROMIUM

expect.set_options(timeout=30_000)  # milliseconds: a busy machine is not a failure

# Content that strains a layout: unbreakable words and addresses, and other scripts.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
BODIES = [
    "Good morning, harbour!\nThe fog lifts.\n\nSo does my mood.",
    f"https://town.example/{LONG}/{LONG}?and=more",
    LONG,
    "مرحبا بكم في الميناء، وصباح الخير للجميع",
    "おはようございます。今日は霧が深いですね。",
    "Thank you, @susan and @john! 🌊",
    "\n".join(["Row, row, row your boat"] * 14),
]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)


# Counts the requests of scripts. A script gets a response once it is complete: when no request is pending, the script
# has handled it, and waits for the clock or the reader.
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
    # Playwright runs an event loop in the test's thread, which makes Django think that the code is asynchronous.
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
    return browser_context_args | {"reduced_motion": "reduce"}  # no colour transitions


@pytest.fixture
def asked_for():
    """Parts of complaints that are no errors, because a test asks for them."""
    return ["/no-such-page/: Failed to load"]


@pytest.fixture
def page(page, live_server, settings, asked_for):
    """A page in a browser; scripts must not fail, and nothing may be missing or blocked by the security policy."""
    settings.SITE_URL = live_server.url
    complaints = []
    page.on("console", lambda message: complaints.append(complaint(message)) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error.stack}"))
    yield page
    assert [complaint for complaint in complaints if not any(part in complaint for part in asked_for)] == []


class Tab:
    """A page in which time stands still until moved forward, with the requests of its scripts."""

    def __init__(self, page):
        self.page = page
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        page.add_init_script(COUNT_REQUESTS)

    @property
    def asked(self):
        """The paths that scripts have requested."""
        return self.page.evaluate("asked")

    def pass_time(self, time):
        """Let `time` pass ("01:10" is 70 seconds), and let scripts react."""
        self.page.clock.run_for(time)
        self.wait_for_answers()

    def wait_for_answers(self):
        self.page.wait_for_function("() => underWay === 0")

    def wait_for_requests(self, number):
        self.page.wait_for_function("number => asked.length >= number", arg=number)

    def show(self, locator):
        """Scroll it into view, and make sure that scripts observing it notice."""
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
    """Two people who follow each other and have written more than a page holds; returns Susan's newest post."""
    settings.TIMELINE_PAGE_SIZE = len(BODIES)
    susan.__class__.objects.filter(pk=susan.pk).update(about_me=f"I repair clocks. {LONG}", display_name="Susan " * 8)
    Follow.objects.follow(susan, john)
    Follow.objects.follow(john, susan)
    Draft.objects.keep(susan, texts=[LONG, *BODIES[:2]], content_warning=LONG, language="de", visibility="followers")
    Draft.objects.keep(susan, texts=[LONG])
    for round_ in range(3):  # alternating, so that each page has every body, and each person too
        for number, body in enumerate(BODIES):
            newest = PostFactory(author=(susan, john)[(number + round_) % 2], body=body)
    return newest
