"""The timelines return the acts of a plain definition, whichever way they find them."""

import random
from datetime import timedelta
from functools import partial
from itertools import cycle, islice, product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from microblog_site.paging import Cursor, CursorPage
from posts import counters
from posts.models import Bookmark, Like, NewestPost, Post
from posts.tests.factories import PostFactory
from posts.timelines import acts, home
from posts.timelines import queries as timelines
from social.models import Block, Follow, Mute

PEOPLE = 30
CHUNKS, CHUNK = 12, 30  # posts, each of which answers or reposts some of the chunks before
READERS = 9
ONE_STEP, TWO_STEPS = 2, 4  # queries


@pytest.fixture(autouse=True, params=[True, pytest.param(False, marks=pytest.mark.postgresql)])
def prepared_statements(request, settings):
    settings.DATABASE_PREPARED_STATEMENTS = request.param


@pytest.fixture
def town(db):
    """Some people write a lot and some little, some stopped long ago; a few are suspended and a few posts hidden."""
    chance = random.Random(7)
    people = UserFactory.create_batch(PEOPLE)
    for person in chance.sample(people, 3):
        person.suspend()
    silent, posts = people[: PEOPLE // 3], []
    for number in range(CHUNKS):
        authors = people if number < CHUNKS // 3 else people[len(silent) :]
        posts += Post.objects.bulk_create(written_by(authors, posts, chance))
    note_newest()
    Post.objects.update(replies_count=100, reposts_count=100)
    User.objects.update(posts_count=100)
    gone = [post.pk for post in chance.sample(posts, len(posts) // 10)]
    Post.objects.filter(pk__in=gone).remove()
    Post.objects.filter(pk__in=[post.pk for post in posts[-2:]]).remove()
    return people


def written_by(authors, former, chance):
    """A chunk of posts, answers and reposts, with many reposts of one post in a row."""
    reposted = {(post.author_id, post.repost_of_id) for post in former}
    written = [post for post in former if not post.repost_of_id]
    public = [post for post in written if not post.owner_id and not post.hidden]
    in_a_row = chance.choice(public) if public else None
    for number in range(CHUNK):
        author = authors[int(len(authors) * chance.random() ** 2)]
        original = in_a_row if number > CHUNK * 2 // 3 else public and chance.choice(public)
        act = chance.choice(["post", "post", "post", "answer", "answer", "thread", "repost"])
        if number > CHUNK * 2 // 3 or act == "repost":
            author = chance.choice(authors)
            if original and (author.pk, original.pk) not in reposted:
                reposted.add((author.pk, original.pk))
                yield Post(author=author, repost_of=original, other_author_id=original.author_id)
            continue
        own = [post for post in written if post.author_id == author.pk]
        answered = chance.choice({"answer": written, "thread": own}.get(act) or [None])
        hidden, for_followers = chance.random() < 0.05, chance.random() < 0.15
        yield Post.new(author, in_reply_to=answered, for_followers=for_followers, body="-", html="-", hidden=hidden)


def note_newest():
    newest = Post.objects.values_list("author").annotate(newest=Max("pk"))
    NewestPost.objects.all().delete()
    NewestPost.objects.bulk_create(NewestPost(author_id=author, post_id=pk) for author, pk in newest)


@pytest.fixture
def readers(town):
    """One follows nobody, one only inactive people, one everybody; the others random people. One wrote last.

    Some hide reposts of some, and each kind of answers is wanted by some.
    """
    chance = random.Random(8)
    circles = [[], town[:10], town] + [
        chance.sample(town, chance.choice([1, 2, 5, 15])) for _reader in range(READERS - 3)
    ]
    readers = chance.sample(town[PEOPLE // 3 :], 6) + UserFactory.create_batch(READERS - 6)
    Follow.objects.bulk_create(
        Follow(follower=reader, followed=person, hides_reposts=chance.random() < 0.25)
        for reader, circle in zip(readers, circles, strict=True)
        for person in circle
        if person != reader
    )
    for reader, kind in zip(readers, islice(cycle(["followed", "all", "followed", "none"]), READERS), strict=True):
        reader.home_replies = kind
        reader.save(update_fields=["home_replies"])
    PostFactory(author=readers[-1], body="The newest of all")
    return readers


@pytest.fixture
def quarrels(readers, town):
    """Half of the readers mute a third of those they follow, some temporarily or no longer; blocks go both ways."""
    chance = random.Random(9)
    now = timezone.now()
    counters.recount()
    for reader in readers[1::2]:
        circle = [follow.followed for follow in reader.following.select_related("followed")]
        for person in chance.sample(circle, (len(circle) + 2) // 3):
            Mute.objects.mute(reader, person, chance.choice([None, now + timedelta(days=1), now - timedelta(days=1)]))
        for person in chance.sample(town, 3):
            Block.objects.block(*chance.sample([reader, person], 2))


class Plain:
    """What `reader` may see, row by row. An act is its id, that of the post it is about, and whose act it is."""

    def __init__(self, reader):
        self.reader = reader.pk
        self.posts = {post.pk: post for post in Post.objects.order_by("-pk")}
        self.absent = set(User.objects.filter(is_active=False).values_list("pk", flat=True))
        self.followed, self.muted, self.hiding = set(), set(), set()
        if reader.pk:
            self.followed = set(reader.following.values_list("followed", flat=True))
            self.hiding = set(reader.following.filter(hides_reposts=True).values_list("followed", flat=True))
            self.absent |= set(reader.blocking.values_list("blocked", flat=True))
            self.absent |= set(reader.blocked_by.values_list("blocker", flat=True))
            self.muted = {
                mute.muted_id for mute in reader.muting.all() if not mute.until or mute.until > timezone.now()
            }
        self.replies = reader.pk and reader.home_replies

    def may_read(self, post):
        if (
            post.hidden
            or post.author_id in self.absent
            or (post.repost_of_id and not self.may_read(self.original(post)))
        ):
            return False
        concerned = {post.author_id, post.owner_id, post.other_author_id}
        return post.owner_id is None or self.reader in concerned or post.owner_id in self.followed

    def original(self, act):
        return self.posts[act.repost_of_id or act.pk]

    def is_muted(self, post):
        return bool({post.author_id, self.original(post).author_id} & self.muted)

    def belongs_home(self, post):
        if post.author_id not in {self.reader, *self.followed} or self.is_muted(post):
            return False
        if post.repost_of_id:
            return post.author_id not in self.hiding
        others = {"all": None, "none": set(), "followed": {self.reader, *self.followed}}[self.replies]
        return others is None or post.in_reply_to_id is None or post.other_author_id in {post.author_id, *others}

    def belongs_to_explore(self, post):
        return not (post.repost_of_id or post.in_reply_to_id or post.owner_id or self.is_muted(post))

    def belongs_to_profile(self, author, post):
        is_answer_to_others = post.in_reply_to_id and post.other_author_id != post.author_id
        return post.author_id == author.pk and not is_answer_to_others

    def acts(self, belongs):
        """Each act that `belongs` to the timeline, newest first."""
        acts = [post for post in self.posts.values() if self.may_read(post) and belongs(post)]
        return [(act.pk, self.original(act).pk, act.author_id) for act in acts]

    def home(self):
        return self.acts(self.belongs_home)


def expected_page(acts, cursor, size):
    """As many acts as have `size` different posts, of each of them the newest, and whether there are more."""
    is_up = cursor.after is not None
    beyond = [act for act in acts if (act[0] > cursor.after if is_up else act[0] < (cursor.before or 2**63))]
    newest = {}
    for act in reversed(beyond) if is_up else beyond:
        if act[1] not in newest and len(newest) == size:
            break
        newest[act[1]] = max(act, newest.get(act[1], act))
    return sorted(newest.values(), reverse=True), len({act[1] for act in beyond}) > size


def assert_is_page(source, acts, cursor, size):
    """Returns the page."""
    page = CursorPage(source, cursor, size)
    expected, has_more = expected_page(acts, cursor, size)
    assert [(post.act, post.pk, post.actor_id) for post in page] == expected
    if expected and cursor.after is None:
        assert page.older == (f"?before={expected[-1][0]}" if has_more else None)
    if expected and cursor.after is not None:
        assert page.newer == (f"?after={expected[0][0]}" if has_more else None)
    return page


def assert_that_pages_follow_each_other(source, acts, size):
    for start in {0, size, 2 * size, len(acts) // 2, len(acts)} & set(range(len(acts) + 1)):
        assert_is_page(source, acts, Cursor(before=acts[start - 1][0]) if start else Cursor(), size)
        if start < len(acts):
            assert_is_page(source, acts, Cursor(after=acts[start][0]), size)


def test_home_gives_the_acts_of_the_plain_definition_page_by_page_down_and_up(readers, quarrels, monkeypatch):
    newest = Post.objects.latest("pk").pk
    for reader in readers:
        source, expected = timelines.home(reader), Plain(reader).home()
        just_short = max(1, newest - expected[1][0] - 1) if len(expected) > 1 else 100
        for (window, candidates), size in product([(1, 480), (20, 2), (just_short, 480), (4000, 480)], [1, 7]):
            monkeypatch.setattr(home, "WINDOW", window)
            monkeypatch.setattr(home, "MOST_CANDIDATES", candidates)
            forget_statements()
            assert_that_pages_follow_each_other(source, expected, size)


def forget_statements():
    """Of the queries that contain how many people are looked at together."""
    home._of_authors.query.statements.clear()
    home._candidates.query.statements.clear()


def test_the_town_has_of_everything(readers, quarrels):
    kinds = {"repost": 0, "answer": 0, "thread": 0, "followers-only": 0}
    for reader in readers:
        plain = Plain(reader)
        for act, _post, _author in plain.home():
            post = plain.posts[act]
            kinds["repost"] += bool(post.repost_of_id)
            kinds["answer"] += bool(post.in_reply_to_id and post.other_author_id != post.author_id)
            kinds["thread"] += bool(post.in_reply_to_id and post.other_author_id == post.author_id)
            kinds["followers-only"] += bool(post.owner_id and post.author_id != reader.pk)
    assert min(kinds.values()) >= 10
    newest = dict(NewestPost.objects.values_list("author", "post_id"))
    stale = [author for author, pk in newest.items() if not Post.objects.filter(pk=pk, hidden=False).exists()]
    assert len(stale) >= 2


def test_home_from_ids_where_nothing_is(readers, quarrels, monkeypatch):
    newest = Post.objects.latest("pk").pk
    for reader in readers:
        source, expected = timelines.home(reader), Plain(reader).home()
        cursors = (1, newest // 2, newest, newest + 1, newest + 10_000, 2**63 - 1)
        for window, cursor in product([1, 20, 4000], cursors):
            monkeypatch.setattr(home, "WINDOW", window)
            assert_is_page(source, expected, Cursor(before=cursor), 5)
            assert_is_page(source, expected, Cursor(after=cursor), 5)


def test_home_takes_the_second_step_only_where_the_first_came_up_short(readers, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 60)
    queries = {ONE_STEP: 0, TWO_STEPS: 0}
    for reader in readers:
        with CaptureQueriesContext(connection) as captured:
            CursorPage(timelines.home(reader), Cursor(), 3)
        queries[len(captured)] = queries.get(len(captured), 0) + 1
    assert queries[ONE_STEP] > 0
    assert queries[TWO_STEPS] > 0


def test_home_takes_one_step_where_the_window_holds_all_ids(readers, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(home, "WINDOW", 2**40)
    newest = readers[-1].posts.get().pk
    follows_nobody = UserFactory()
    PostFactory(author=follows_nobody)
    with django_assert_num_queries(ONE_STEP):
        CursorPage(timelines.home(follows_nobody), Cursor(before=newest + 100))
    with django_assert_num_queries(ONE_STEP + 1):  # plus whether there is anything beyond
        CursorPage(timelines.home(follows_nobody), Cursor(after=newest))


@pytest.mark.parametrize("window", [1, 4000])
def test_a_burst_of_reposts_is_one_post_on_home_and_costs_one_round_more(susan, john, monkeypatch, window):
    monkeypatch.setattr(home, "WINDOW", window)
    people = UserFactory.create_batch(60)
    posts = PostFactory.create_batch(3, author=john)
    for person in [john, *people]:
        Follow.objects.follow(susan, person)
    for person in people:
        Post.objects.repost(person, posts[1])
    PostFactory.create_batch(2)
    with CaptureQueriesContext(connection) as captured:
        page = CursorPage(timelines.home(susan), Cursor(), 25)
    assert [post.pk for post in page] == [posts[1].pk, posts[2].pk, posts[0].pk]
    assert page.object_list[0].actor_id == people[-1].pk
    assert len(captured) <= (ONE_STEP if window > 1 else TWO_STEPS) + TWO_STEPS
    reposts = people[-1].posts.get(), people[0].posts.get()
    for cursor in (Cursor(), Cursor(after=reposts[1].pk), Cursor(before=reposts[0].pk), Cursor(after=posts[0].pk)):
        assert_is_page(timelines.home(susan), Plain(susan).home(), cursor, 25)


def test_somebody_of_whom_next_to_nothing_belongs_home_takes_few_rounds(susan, john, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 1)
    Follow.objects.follow(susan, john)
    first, strangers = PostFactory(author=john), PostFactory()
    Post.objects.bulk_create(
        Post.new(john, in_reply_to=strangers, body="-", html="-") for _answer in range(50 * (5 + 1 + acts.SPARE))
    )
    note_newest()
    PostFactory.create_batch(2)
    with CaptureQueriesContext(connection) as captured:
        page = CursorPage(timelines.home(susan), Cursor(), 5)
    assert [post.pk for post in page] == [first.pk]
    assert len(captured) <= 1 + 6 * 2 + 1  # six rounds


def test_explore_profile_and_what_is_written_give_the_acts_of_the_plain_definition(readers, quarrels):
    author = max(readers, key=lambda person: person.posts.count())
    for reader in [AnonymousUser(), *readers]:
        plain = Plain(reader)
        for source, belongs in [
            (timelines.explore(reader), plain.belongs_to_explore),
            (timelines.profile(author, reader), partial(plain.belongs_to_profile, author)),
            (timelines.written(author, reader), lambda post: post.author_id == author.pk and not post.repost_of_id),
        ]:
            assert_that_pages_follow_each_other(source, plain.acts(belongs), 5)


@pytest.mark.parametrize("mark", [Like, Bookmark])
def test_marked_posts_come_in_the_order_of_the_marks_as_far_as_they_can_be_read(readers, quarrels, mark):
    chance = random.Random(10)
    for reader in readers[:4]:
        plain = Plain(reader)
        posts = [post for post in plain.posts.values() if not post.repost_of_id]
        marks = [mark.objects.create(user=reader, post=post) for post in chance.sample(posts, len(posts) // 3)]
        readable = [mark for mark in marks if plain.may_read(mark.post)]
        expected = [(mark.pk, mark.post_id, 0) for mark in reversed(readable)]
        for cursor in (Cursor(), Cursor(before=expected[4][0]), Cursor(after=expected[9][0])):
            page = assert_is_page(timelines.marked(mark, reader), expected, cursor, 5)
            assert not any(post.is_repost for post in page)


def test_home_of_who_muted_everybody_is_their_own_posts(readers, town, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 30)
    reader = readers[2]
    for follow in reader.following.select_related("followed"):
        Mute.objects.mute(reader, follow.followed)
    plain = Plain(reader)
    own = plain.acts(lambda post: post.author_id == reader.pk and plain.belongs_home(post))
    assert_that_pages_follow_each_other(timelines.home(reader), own, 5)
    assert own
