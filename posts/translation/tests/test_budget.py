"""Daily translation budgets of people and the site, in characters; and the usage recorded for each day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertContains

from microblog_site.limits import rate_limits
from microblog_site.limits.models import RateLimitCounter
from microblog_site.limits.rate_limits import RateLimitExceeded
from posts.models import ProviderDay, Translation
from posts.tests.factories import PostFactory
from tests import translation_server as stand_in
from tests.races import at_once

AJAX = {"X-Requested-With": "XMLHttpRequest"}
TEN = "一二三四五六七八九十"
DAY = 24 * 60 * 60
PERSON = escape("You've used up your translations for now. Try again in about 24 hours.")
SITE = "This site has used up its translations for now. Try again in about 24 hours."


@pytest.fixture
def ask(john):
    """A function that lets somebody ask for a new post of ten characters."""

    def send(client):
        post = PostFactory(author=john, body=TEN, language="ja")
        return client.post(reverse("post_translation", args=[post.pk]), headers=AJAX)

    return send


def used():
    """The characters used by all people together, and by the site."""
    total = Counter()
    for count in RateLimitCounter.objects.filter(key__startswith="translate:"):
        total[count.key.split(":")[1]] += count.number
    return total


def test_over_a_persons_budget_nothing_is_asked(limit, susan_client, john_client, ask, translator):
    limit("translate", person=(25, DAY))
    answers = [ask(susan_client) for _time in range(3)]
    assert [PERSON in answer.text for answer in answers] == [False, False, True]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(translator.asked) == 2
    assert PERSON not in ask(john_client).text


def test_over_the_sites_budget_nobody_gets_more(limit, susan_client, john_client, ask, translator):
    limit("translate", site=(15, DAY))
    ask(susan_client)
    for client in (susan_client, john_client):
        assertContains(ask(client), SITE)
    assert len(translator.asked) == 1
    assert used() == {"person": 10, "site": 10}


def test_what_does_not_fit_uses_nothing_up(limit, susan, susan_client, john, ask, translator):
    limit("translate", person=(25, DAY))
    for _time in range(5):
        ask(susan_client)
    assert used() == {"person": 20, "site": 20}
    short = PostFactory(author=john, body="五文字です", language="ja")
    response = susan_client.post(reverse("post_translation", args=[short.pk]), headers=AJAX)
    assertContains(response, "五文字です")
    assert used()["person"] == 25


@pytest.mark.any_database
def test_a_refused_reader_leaves_it_to_the_next(limit, susan_client, john_client, susan, john, translator):
    limit("translate", person=(15, DAY))
    rate_limits.hit("translate", amount=10, person=susan)
    url = reverse("post_translation", args=[PostFactory(body=TEN, language="ja").pk])
    assertContains(susan_client.post(url, headers=AJAX), PERSON)
    assert not Translation.objects.exists()
    assertContains(john_client.post(url, headers=AJAX), TEN)
    assertContains(susan_client.post(url, headers=AJAX), TEN)


@pytest.mark.any_database
def test_what_is_kept_costs_nothing(susan_client, translator):
    url = reverse("post_translation", args=[PostFactory(body=TEN, language="ja").pk])
    for _time in range(3):
        susan_client.post(url, headers=AJAX)
    assert used() == {"person": 10, "site": 10}


@pytest.mark.any_database
@pytest.mark.parametrize("failure", [stand_in.says(500), stand_in.says(401), stand_in.says(400)])
def test_what_came_to_nothing_is_given_back(susan_client, ask, translator, failure):
    translator.failure = failure
    ask(susan_client)
    assert used() == {"person": 0, "site": 0}


def test_a_new_day_brings_a_new_budget(limit, susan_client, ask, translator, monkeypatch):
    limit("translate", person=(10, DAY))
    ask(susan_client)
    assertContains(ask(susan_client), PERSON)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert PERSON not in ask(susan_client).text


@pytest.mark.any_database
def test_without_limits_nothing_is_counted(limit, susan_client, ask, translator):
    limit("translate", person=None, site=None)
    assertContains(ask(susan_client), TEN)
    assert used() == {}


@pytest.mark.any_database
def test_a_browser_reads_it_on_the_page(limit, susan_client, translator):
    limit("translate", person=(5, DAY))
    url = reverse("post_translation", args=[PostFactory(body=TEN, language="ja").pk])
    assertContains(susan_client.post(url, follow=True), PERSON)


# Amounts in `limits`


@pytest.mark.django_db
def test_an_amount_that_alone_is_too_much_never_fits(limit, susan):
    limit("translate", person=(10, DAY))
    with pytest.raises(RateLimitExceeded) as refusal:
        rate_limits.hit("translate", amount=11, person=susan)
    assert (refusal.value.retry_after, refusal.value.kind) == (DAY, "person")
    assert used() == {}


@pytest.mark.django_db
def test_more_is_not_given_back_than_was_taken(susan):
    rate_limits.hit("translate", amount=10, person=susan)
    rate_limits.refund("translate", amount=11, person=susan)
    assert used() == {"person": 10}


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_get_in_than_fit(limit, susan):
    limit("translate", person=(100, DAY), site=(55, DAY))

    def take(_number):
        try:
            rate_limits.hit("translate", amount=10, person=susan, site="")
        except RateLimitExceeded:
            return 0
        return 10

    assert sum(at_once(take)) == 50
    assert used() == {"person": 50, "site": 50}


# Recorded usage


def test_each_day_is_counted_by_itself(susan_client, ask, translator, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    ask(susan_client)
    ask(susan_client)
    translator.failure = stand_in.says(400)
    ask(susan_client)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 0, 1, tzinfo=UTC))
    translator.failure = None
    ask(susan_client)
    translator.failure = stand_in.says(503)
    ask(susan_client)
    assert list(ProviderDay.objects.values_list("provider", "day", "requests", "failures", "characters")) == [
        ("deepl", date(2026, 11, 23), 2, 1, 10),
        ("deepl", date(2026, 11, 22), 3, 1, 20),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_all_are_counted():
    at_once(lambda _number: ProviderDay.objects.add("deepl", requests=1, characters=10))
    assert ProviderDay.objects.values_list("requests", "characters").get() == (12, 120)
