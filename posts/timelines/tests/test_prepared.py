"""Timeline queries are built once for all readers: they contain nothing of the first reader or of the moment."""

from contextlib import closing
from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from microblog_site.paging import Cursor
from posts.models import Bookmark, Like, Translation
from posts.tests.factories import PostFactory
from posts.timelines import home
from posts.timelines import queries as timelines
from social.models import Follow

OF_ALL = [(timelines._of_everybody,), (timelines._of_person,), (timelines._written_by,)]
OF_HOME = product([home._of_followed, home._of_authors, home._of_oneself], ["followed", "all", "none"])
OF_MEMBERS = [*OF_HOME, (home._candidates,), (timelines._marked, Like), (timelines._marked, Bookmark)]
PLACES = [(False, False), (True, False), (False, True)]  # the top, below a post, above one


def built(rows, shape):
    """The SQL and its parameters, with the variable ones by name."""
    rows.query.statements.clear()
    sql, parameters = rows.query.statement(*shape)
    return sql, [getattr(parameter, "name", parameter) for parameter in parameters]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("source", "is_anonymous"), [*product(OF_ALL, [False, True]), *product(OF_MEMBERS, [False])])
def test_the_language_and_the_moment_are_not_built_in(source, is_anonymous, place, monkeypatch, db):
    rows, *kind = source
    shape = (is_anonymous, *place, 26, *kind)
    with translation.override("pt-br"), timezone.override("Asia/Tokyo"):
        first = built(rows, shape)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    with translation.override("ja"):
        assert built(rows, shape) == first


def test_strangers_are_told_of_translations_into_their_own_language(db):
    post = PostFactory()
    Translation.objects.create(
        post=post, digest=post.digest, language="es", provider="deepl", body="Hola", made_at=timezone.now()
    )
    read = timelines.explore(AnonymousUser())
    for language, has_translation in (("es", True), ("de", False), ("es", True)):
        with translation.override(language):
            assert [summary.has_translation for summary in read(Cursor(), 1)] == [has_translation]


@pytest.mark.postgresql
def test_postgresql_prepares_all_but_the_search_for_who_wrote_last(susan, john, monkeypatch):
    monkeypatch.setattr(home, "WINDOW", 1)
    Follow.objects.follow(susan, john)
    PostFactory(author=john)
    PostFactory.create_batch(2)
    for read in (timelines.home(susan), timelines.explore(susan), timelines.profile(john, susan)):
        read(Cursor(), 5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        statements = [statement for (statement,) in cursor.fetchall()]
    # Which posts: of the window, of authors, of all, of a person. The posts: at home without muted people, elsewhere.
    assert len(statements) == 4 + 2
    assert not [statement for statement in statements if "page_end" in statement]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_table_that_stays_locked_says_that_the_site_will_be_back(susan, monkeypatch):
    reader = Client(raise_request_exception=False)
    reader.force_login(susan)
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=100")
    connection.close()
    try:
        assert reader.get("/").status_code == 200
        with closing(connection.copy()) as elsewhere:
            elsewhere.set_autocommit(False)
            elsewhere.cursor().execute("LOCK TABLE posts_post")
            assert reader.get("/").status_code == 503
            elsewhere.rollback()
        assert reader.get("/").status_code == 200
    finally:
        connection.close()
