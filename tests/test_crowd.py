"""A hundred people act at random in several processes; in the end all adds up, and nobody saw anything hidden."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts import counters
from posts.models import Translation
from social.models import Follow

from . import translation_server

PEOPLE = 100
PROCESSES = 2
STEPS = 60
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def outcome(transactional_db, moderator):
    """The combined output of the processes, after all of them have ended."""
    UserFactory.create_batch(PEOPLE)
    with translation_server.serve("libretranslate") as translator:
        return put_together([start(seed, translator.url) for seed in range(PROCESSES)])


def put_together(crowds):
    answers, seen_wrongly = Counter(), []
    for crowd in crowds:
        said, errors = crowd.communicate(timeout=240)
        assert crowd.returncode == 0, errors
        result = json.loads(said)
        answers.update(result["answers"])
        seen_wrongly += result["seen_wrongly"]
    return answers, seen_wrongly


def start(seed, translator):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crowd", connection.settings_dict["NAME"], str(seed), str(STEPS), translator],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_crowd_breaks_nothing(outcome):
    answers, seen_wrongly = outcome
    assert {answer: count for answer, count in answers.items() if int(answer.split()[-1]) >= 500} == {}
    assert seen_wrongly == []
    acts = {answer.rpartition(" ")[0] for answer in answers}
    assert acts >= {
        "write",
        "edit",
        "delete",
        "undelete",
        "save draft",
        "follow",
        "block",
        "mute",
        "rename",
        "report",
        "suspend",
        "translate",
        "leave",
        "read",
    }
    # Not all of them were refused.
    assert sum(count for answer, count in answers.items() if answer.endswith(" 302")) > 30

    assert not Translation.objects.exclude(digest=F("post__digest")).exists()
    for translation in Translation.objects.ready().select_related("post"):
        assert translation.body.upper() == translation.post.body.upper()  # the stand-in translates into capitals

    assert counters.recount() == (User.objects.count(), 0)
    blocked_follows = Follow.objects.filter(follower__blocking__blocked=F("followed")) | Follow.objects.filter(
        follower__blocked_by__blocker=F("followed")
    )
    assert not blocked_follows.exists()
