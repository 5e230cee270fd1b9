"""Fixtures for all tests, among them the cast of people. Factories are imported late, once Django is set up."""

import gc
import os
import random
import secrets
import shutil
from copy import copy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as site_settings
from django.core.cache import caches
from django.test import Client, client
from django.test.utils import ContextList
from django.utils import crypto, timezone, translation

from microblog_site.backends import mailers
from tests import mail_server, races, translation_server


def pytest_collection_modifyitems(config, items):
    if not os.environ.get("TEST_DATABASE_URL"):
        left_out = [item for item in items if item.get_closest_marker("postgresql")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if rests_on_the_database(item):
            item.add_marker(pytest.mark.every_database)


def pytest_collection_finish():
    """Let no collection look through what imports and collecting made: that takes a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def rests_on_the_database(item):
    """Whether the test runs on each database: those that use it, unless marked `any_database`; races always."""
    marks = list(item.iter_markers("django_db"))
    if item.get_closest_marker("postgresql"):
        return True
    if "transactional_db" in item.fixturenames or any(mark.kwargs.get("transaction") for mark in marks):
        return True
    asks = marks or "db" in item.fixturenames
    return bool(asks) and item.get_closest_marker("any_database") is None


@pytest.fixture(autouse=True)
def own_cache_media_and_language():
    """Isolate tests: no shared cache, uploads or active language."""
    translation.deactivate()
    for cache in caches:
        caches[cache].clear()
    shutil.rmtree(site_settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def quick_hashes_of_recovery_codes():
    """Like those of passwords, see `tests.settings`: setting up two-factor log-in takes 50 ms otherwise."""
    from accounts import two_factor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two_factor, "ROUNDS", 1)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """End the connections that keep PostgreSQL from removing the database."""
    yield
    races.close_kept_connections()


@pytest.fixture(scope="session", autouse=True)
def contexts_of_whole_pages():
    """Responses keep the context of a page, not also those of the dozens of templates that it extends or includes."""

    def store(data, signal, sender, template, context, **_more):
        data.setdefault("templates", []).append(template)
        contexts = data.setdefault("context", ContextList())
        if context.template is template:
            contexts.append(copy(context))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", store)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_chance():
    """Salts, keys and tokens of random characters, each of which asks the operating system otherwise."""
    chance = SimpleNamespace(choice=random.Random().choice, compare_digest=secrets.compare_digest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "secrets", chance)
        yield


@pytest.fixture
def limit(settings):
    """A function that sets one of the `LIMITS`: `limit("follow", person=(1, 60))` is one in 60 seconds."""

    def change(action, **limits):
        settings.LIMITS = settings.LIMITS | {action: settings.LIMITS[action] | limits}

    return change


@pytest.fixture
def later(monkeypatch):
    """A function that moves time forward."""

    def pass_time(**time):
        then = timezone.now() + timedelta(**time)
        monkeypatch.setattr(timezone, "now", lambda: then)

    return pass_time


@pytest.fixture
def run_tasks(db):
    """A function that runs due tasks, as a worker would, and returns the number of attempts.

    A failing task raises here; with `run_tasks(raise_failures=False)` it is scheduled for another attempt, as in
    production.
    """
    from django_ox.testing import run_tasks as drain

    def run(*, raise_failures=True):
        return len(drain(raise_failures=raise_failures))

    return run


@pytest.fixture
def postbox(monkeypatch, settings):
    """A real SMTP server that the site sends its mail to; `postbox.received` holds the messages."""
    with mail_server.serve() as postbox:
        monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{postbox.port}")
        settings.MAILERS = mailers(settings.DATA_DIR)
        yield postbox


@pytest.fixture
def translator(request, settings, monkeypatch):
    """A stand-in translation service that the site is configured to use: see `tests.translation_server`.

    DeepL, unless the test is parametrized with another one (`indirect=True`).
    """
    monkeypatch.setenv("NO_PROXY", "*")
    with translation_server.serve(getattr(request, "param", "deepl")) as server:
        for knob, value in server.knobs.items():
            setattr(settings, knob, value)
        yield server


@pytest.fixture
def susan(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(username="susan")


@pytest.fixture
def john(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(username="john")


@pytest.fixture
def moderator(db):
    """A moderator: may hide, show, suspend and restore, and nothing else."""
    from django.contrib.auth.models import Group

    from accounts.tests.factories import UserFactory
    from moderation.group import GROUP

    person = UserFactory(username="marta", is_staff=True)
    person.groups.add(Group.objects.get(name=GROUP))
    return person


@pytest.fixture
def boss(db):
    """An administrator with every right."""
    from accounts.tests.factories import UserFactory

    return UserFactory(username="brenda", is_staff=True, is_superuser=True)


def logged_in(person):
    client = Client()
    client.force_login(person)
    session = client.session
    session.note_password()  # as log-in does
    session.save()
    return client


@pytest.fixture
def susan_client(susan):
    return logged_in(susan)


@pytest.fixture
def john_client(john):
    return logged_in(john)


@pytest.fixture
def moderator_client(moderator):
    return logged_in(moderator)


@pytest.fixture
def boss_client(boss):
    return logged_in(boss)
