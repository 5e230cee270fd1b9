"""A query that is put into SQL once serves all readers: there is no way to build one of them into it."""

import pytest
from django.contrib.auth.models import AnonymousUser

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
