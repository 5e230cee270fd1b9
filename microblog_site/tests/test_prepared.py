"""A query compiled to SQL once serves all readers: none of them can be built into it."""

from contextlib import closing

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DataError, NotSupportedError, OperationalError, connection, transaction
from django.db.models import F

from accounts.models import User
from microblog_site.prepared import Prepared, Slot, Viewer
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Block


def seen_by(is_anonymous):
    viewer = AnonymousUser() if is_anonymous else Viewer("viewer")
    return Post.objects.visible_to(viewer).without_muted(viewer).order_by("pk").values_list("pk")


@pytest.fixture
def people():
    return Prepared(lambda: User.objects.filter(pk__gte=Slot("pk")).order_by("pk").values_list("username"))


def test_each_reader_gets_an_answer_of_their_own(susan, john):
    query, (first, second) = Prepared(seen_by), PostFactory.create_batch(2)
    Block.objects.block(john, first.author)
    assert query.rows(False, viewer=susan.pk) == [(first.pk,), (second.pk,)]
    assert query.rows(False, viewer=john.pk) == [(second.pk,)]
    assert query.rows(True, viewer=None) == [(first.pk,), (second.pk,)]


@pytest.mark.parametrize(
    ("look", "error"),
    [
        (lambda viewer: viewer.username, AttributeError),
        (lambda viewer: viewer.is_staff, AttributeError),
        (lambda viewer: viewer.read_languages, AttributeError),
        (lambda viewer: viewer.posts.all(), AttributeError),
        (lambda viewer: bool(viewer), TypeError),
        (lambda viewer: viewer == User(pk=1), TypeError),
        (lambda viewer: viewer != 1, TypeError),
        (lambda viewer: viewer in [1, 2], TypeError),
        (lambda viewer: viewer in {1, 2}, TypeError),
        (lambda viewer: viewer.pk > 1, TypeError),
        (lambda viewer: viewer.pk % 2, TypeError),
        (lambda viewer: int(viewer.pk), TypeError),
        (lambda viewer: f"author_id = {viewer.pk}", TypeError),
        (lambda viewer: str(viewer.pk), TypeError),
    ],
)
def test_a_query_that_looks_at_its_reader_while_it_is_built_fails(look, error, susan):
    def build():
        return Post.objects.filter(author=susan) if look(Viewer("viewer")) else Post.objects.none()

    with pytest.raises(error):
        Prepared(build).rows(viewer=susan.pk)


def test_it_is_built_once_for_all_values(susan, john, people):
    built = []
    query = Prepared(lambda: built.append(1) or people.build())
    assert query.rows(pk=susan.pk) == [("susan",), ("john",)]
    assert query.rows(pk=john.pk) == [("john",)]
    assert built == [1]
    with pytest.raises(KeyError, match="pk"):
        query.rows()


@pytest.fixture
def elsewhere():
    """Another connection to the database."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        yield cursor


def on_server():
    """The number of executions of each statement that PostgreSQL keeps prepared for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans + custom_plans FROM pg_prepared_statements")
        return [times for (times,) in cursor.fetchall()]


@pytest.mark.postgresql
def test_postgresql_prepares_it_once_for_ids_of_all_sizes(susan, people):
    for pk in (1, 2**15, 2**31, 2**62, susan.pk):
        people.rows(pk=pk)
    assert on_server() == [5]


@pytest.mark.postgresql
def test_it_can_be_left_to_postgresql_to_plan_it_for_the_values_each_time(susan, people):
    each_time = Prepared(people.build, generic_plan=False)
    assert each_time.rows(pk=susan.pk) == [("susan",)]
    assert on_server() == []


@pytest.mark.postgresql
def test_behind_an_old_pgbouncer_nothing_is_prepared(susan, people, settings):
    settings.DATABASE_PREPARED_STATEMENTS = False
    assert people.rows(pk=susan.pk) == [("susan",)]
    assert on_server() == []


@pytest.mark.postgresql
def test_nothing_else_of_the_site_is_prepared(susan, people):
    people.rows(pk=susan.pk)
    User.objects.filter(pk=susan.pk).update(display_name="Susan")
    list(User.objects.iterator())
    assert on_server() == [1]


def test_the_log_of_queries_has_it(susan, people, django_assert_num_queries):
    with django_assert_num_queries(1) as log:
        people.rows(pk=susan.pk)
    assert log.captured_queries[0]["sql"].count("SELECT") == 1


@pytest.mark.postgresql
def test_errors_are_those_of_django(susan, people):
    by_zero = Prepared(lambda: people.build().filter(pk__lt=F("pk") / Slot("zero")))
    with pytest.raises(DataError):
        by_zero.rows(pk=1, zero=0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_opened_again_and_prepares_again(susan, people, elsewhere):
    people.rows(pk=susan.pk)
    elsewhere.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        people.rows(pk=susan.pk)
    connection.close_if_unusable_or_obsolete()  # as after each request
    assert people.rows(pk=susan.pk) == [("susan",)]
    assert on_server() == [1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_column_may_get_another_type_while_the_site_runs(susan, people, elsewhere):
    change = "ALTER TABLE accounts_user ALTER COLUMN username TYPE varchar({})"
    people.rows(pk=susan.pk)
    elsewhere.execute(change.format(100))
    try:
        assert people.rows(pk=susan.pk) == [("susan",)]
        assert on_server() == [1]
        elsewhere.execute(change.format(99))
        # A new connection would be outside the transaction.
        with transaction.atomic(), pytest.raises(NotSupportedError):
            people.rows(pk=susan.pk)
    finally:
        elsewhere.execute(change.format(User._meta.get_field("username").max_length))
