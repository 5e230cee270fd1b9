"""What is measured: pages, and acts such as publishing, as browsers request them for each kind of reader."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from posts.models import Like, Post
from social.models import Follow

from .data import PASSWORD
from .readers import NAMES
from .request import CSRF_TOKEN, HEADERS, Request
from .targets import LONG_THREAD, SHORT_THREAD

CROWD = 800  # people to follow and block, and posts to repost, each once
CSRF_COOKIE = f"{settings.CSRF_COOKIE_NAME}={CSRF_TOKEN}"
TEXT = "Low tide at seven, and the harbour smells of rain. Who comes along to see the boats?"


@dataclass
class Scenario:
    name: str
    reader: str
    requests: list[Request]  # a single one that is repeated, or those of an act, each sent at most once
    status: int = 200
    under_load: bool = True
    undo: Callable | None = None  # reverts an act

    @property
    def repeats(self):
        return len(self.requests) == 1

    @property
    def title(self):
        return f"{self.name}, {self.reader}"


class Visitors:
    """The readers, each logged in with a browser."""

    def __init__(self):
        self.people = {name: get_user_model().objects.get(username=name) for name in NAMES}
        self.cookies = {name: self._log_in(person) for name, person in self.people.items()}

    def _log_in(self, person):
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        return f"{session.key}={session.value}; {CSRF_COOKIE}"

    def leave(self):
        for person in self.people.values():
            person.sessions.all().delete()

    def get(self, reader, path, **headers):
        return Request(path, headers | {"Cookie": self.cookies[reader]})

    def post(self, reader, path, **form):
        return Request(path, {"Cookie": self.cookies[reader]}, {"csrfmiddlewaretoken": CSRF_TOKEN} | form)


def pages(visitors, timelines):
    """Pages that are only read; `timelines` are the readers' (`benchmarks.plain`), by name and reader."""
    yield Scenario("empty view", "probe", [visitors.get("probe", reverse("empty"))])
    for (timeline, reader), plain in timelines.items():
        path, cursor = reverse(timeline), plain.deep
        is_typical = timeline == "home" or reader == "probe"
        for name, query in ((timeline, ""), (f"{timeline}, page 500", f"?before={cursor}")):
            yield Scenario(name, reader, [visitors.get(reader, path + query)], under_load=is_typical)
        upwards = [visitors.get(reader, f"{path}?after={cursor}")]
        yield Scenario(f"{timeline}, upwards", reader, upwards, under_load=False)
    known = timelines["home", "probe"].acts[3][0]
    ask = visitors.get("probe", f"{reverse('home')}?after={known}", **{"X-Requested-With": "XMLHttpRequest"})
    yield Scenario("poll with news", "probe", [ask])
    celebrity = visitors.people["celebrity"]
    post = celebrity.posts.filter(hidden=False, repost_of=None).latest("pk")
    long, short = threads()
    for name, path in (
        ("profile", celebrity.get_absolute_url()),
        ("post", post.get_absolute_url()),
        (LONG_THREAD, long.get_absolute_url()),
        (SHORT_THREAD, short.get_absolute_url()),
        ("followers", reverse("followers", args=[celebrity.username])),
        ("settings", reverse("settings_profile")),
        ("poll", reverse("posts_newest")),
    ):
        yield Scenario(name, "probe", [visitors.get("probe", path)])


def threads():
    """The posts that began the thread with the most answers and one with a page full of them."""
    posts = Post.objects.filter(hidden=False, owner=None).select_related("author")
    few = posts.filter(replies_count__lte=settings.TIMELINE_PAGE_SIZE + 5)
    return [answered.order_by("-replies_count", "pk")[0] for answered in (posts, few)]


def acts(visitors):
    """Acts that change something, with the way to revert them."""
    everybody = get_user_model().objects.active().exclude(username__in=NAMES)
    crowd = list(everybody.order_by("pk")[:CROWD])
    yield _log_in(crowd[0])
    for author in ("probe", "celebrity"):
        publish = visitors.post(author, reverse("post_create"), body=TEXT, language="")
        yield Scenario("publish", author, [publish], 302, undo=_undo_publish(visitors.people[author]))
    yield from _acts_on_posts(visitors, crowd)
    for name, undo in (("follow", _undo_follow), ("block", _undo_block)):
        requests = [visitors.post("fresh", reverse(name, args=[person.username])) for person in crowd]
        yield Scenario(name, "fresh", requests, 302, undo=undo(visitors.people["fresh"]))


def _acts_on_posts(visitors, crowd):
    """Liking, in turn with the opposite, a post that nobody likes and one that everybody does; and reposting people
    outside the `crowd`, who stay unblocked.
    """
    fresh = visitors.people["fresh"]
    posts = Post.objects.visible_to(fresh).public().exclude(author__in=crowd)
    for of, post in (("nobody", posts.order_by("likes_count", "pk")[0]), ("everybody", posts.latest("likes_count"))):
        requests = [visitors.post("fresh", f"/posts/{post.pk}/{act}/") for act in ("unlike", "like")] * (CROWD // 2)
        yield Scenario(f"like what {of} likes", "fresh", requests, 302, undo=_undo_like(fresh, post))
    others = posts.filter(replies_count=0).order_by("pk").values_list("pk", flat=True)[:CROWD]
    requests = [visitors.post("fresh", f"/posts/{pk}/repost/") for pk in others]
    yield Scenario("repost", "fresh", requests, 302, undo=_undo_publish(fresh))


def _log_in(person):
    """Log in with a browser that the person has used before."""
    form = {"username": person.username, "password": PASSWORD}
    browser = Client(headers=HEADERS)
    browser.post(reverse("login"), form)
    cookies = f"{CSRF_COOKIE}; {browser.cookies[settings.DEVICE_COOKIE_NAME].output(attrs=[], header='').strip()}"
    request = Request(reverse("login"), {"Cookie": cookies}, {"csrfmiddlewaretoken": CSRF_TOKEN} | form)
    return Scenario("log-in", "anybody", [request], 302, undo=person.sessions.all().delete)


def undo(scenario):
    if scenario.undo:
        scenario.undo()


def _undo_publish(author):
    newest = Post.objects.latest("pk").pk

    def undo():
        for post in author.posts.filter(pk__gt=newest):
            post.delete()

    return undo


def _undo_like(person, post):
    return lambda: Like.objects.remove(person, post)


def _undo_follow(person):
    return lambda: Follow.objects.filter(follower=person).end()


def _undo_block(person):
    return person.blocking.all().delete
