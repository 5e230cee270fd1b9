from urllib.robotparser import RobotFileParser

import pytest
from django.urls import reverse


@pytest.fixture
def robots(client):
    """A function that returns the rules as a well-behaved robot reads them."""

    def read():
        response = client.get("/robots.txt")
        assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
        parser = RobotFileParser()
        parser.parse(response.content.decode().splitlines())
        return parser

    return read


def test_robots_read_what_everybody_reads(robots):
    rules = robots()
    for page in (reverse("home"), reverse("explore"), "/@susan/", "/@susan/7/", "/static/style.css"):
        assert rules.can_fetch("Robot", page), page


def test_robots_keep_out_of_what_needs_a_person(robots):
    rules = robots()
    names = ["admin:index", "login", "register", "password_reset", "password_change", "settings_profile", "post_create"]
    for name in names:
        assert not rules.can_fetch("Robot", reverse(name)), name


def test_a_site_that_needs_an_account_is_none_for_robots(robots, settings):
    settings.PUBLIC_READING = False
    assert not robots().can_fetch("Robot", reverse("home"))
