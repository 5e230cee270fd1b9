from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import LastSeenMiddleware
from accounts.models import User


def visit(client):
    """View a page. Returns the number of writes to the table of people."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("settings_profile")).status_code == 200
    return sum('UPDATE "accounts_user"' in query["sql"] for query in queries)


def seen_before(person, **ago):
    User.objects.filter(pk=person.pk).update(last_seen=timezone.now() - timedelta(**ago))


def test_a_visit_is_noted(susan, susan_client):
    seen_before(susan, days=3)
    visit(susan_client)
    susan.refresh_from_db()
    assert timezone.now() - susan.last_seen < timedelta(minutes=1)


@pytest.mark.parametrize(("minutes", "writes"), [(14, 0), (16, 1)])
def test_it_is_written_at_most_once_in_15_minutes(susan, susan_client, minutes, writes):
    seen_before(susan, minutes=minutes)
    assert visit(susan_client) == writes
    assert visit(susan_client) == 0


def test_the_interval_is_a_setting(susan, susan_client, settings):
    settings.LAST_SEEN_INTERVAL = 60
    seen_before(susan, minutes=2)
    assert visit(susan_client) == 1


def test_nobody_else_is_noted(susan, susan_client, john):
    seen_before(susan, days=3)
    seen_before(john, days=3)
    visit(susan_client)
    john.refresh_from_db()
    assert timezone.now() - john.last_seen > timedelta(days=2)


def test_of_two_visits_at_once_one_writes(susan, susan_client):
    """The second request had read the person before the first one wrote."""
    seen_before(susan, days=3)
    first, second = User.objects.get(pk=susan.pk), User.objects.get(pk=susan.pk)
    LastSeenMiddleware.note(first)
    noted = User.objects.get(pk=susan.pk).last_seen
    LastSeenMiddleware.note(second)
    assert User.objects.get(pk=susan.pk).last_seen == noted


def test_strangers_cost_no_query(client, db):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("login"))
    assert len(queries) == 0
