"""Rate limits: no process, thread, spelling or address gets round them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import RequestFactory
from pytest_django.asserts import assertContains, assertTemplateUsed

from microblog_site.limits import rate_limits
from microblog_site.limits.models import RateLimitCounter
from microblog_site.limits.rate_limits import RateLimitExceeded
from tests.races import at_once

TIMES = 3
MANY = 40


@pytest.fixture(autouse=True)
def three_in_a_minute(settings):
    settings.LIMITS = {"wave": dict.fromkeys(["person", "account", "address"], (TIMES, 60)), "nod": {"person": None}}


def gets_through(action="wave", **who):
    try:
        rate_limits.hit(action, **who)
    except RateLimitExceeded:
        return False
    return True


def request_of(person=None, address="192.0.2.1", method="post"):
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=address)
    request.user = person or AnonymousUser()
    return request


@pytest.mark.django_db
def test_as_many_as_the_limit_get_through():
    assert [gets_through(account="susan") for _number in range(TIMES + 2)] == [True] * TIMES + [False] * 2


@pytest.mark.django_db
def test_everybody_is_counted_alone(susan, john):
    for whose in ("susan", "john", susan, john, str(susan.pk)):
        assert [gets_through(account=whose) for _number in range(TIMES + 1)] == [True] * TIMES + [False]


@pytest.mark.django_db
def test_spellings_of_one_name_count_together():
    assert all(gets_through(account=spelling) for spelling in ("susan", "SUSAN", " Susan "))
    assert not gets_through(account="sUsAn")


@pytest.mark.django_db
def test_the_wait_lasts_until_the_window_of_the_first_try_has_passed(later):
    for seconds in (0, 20, 20):
        later(seconds=seconds)
        assert gets_through(account="susan")
    with pytest.raises(RateLimitExceeded) as refusal:
        rate_limits.hit("wave", account="susan")
    assert refusal.value.retry_after == 20
    later(seconds=19)
    assert not gets_through(account="susan")
    later(seconds=1)
    assert [gets_through(account="susan") for _number in range(TIMES + 1)] == [True] * TIMES + [False]


@pytest.mark.django_db
def test_trying_on_does_not_make_the_wait_longer(later):
    for _number in range(10):
        gets_through(account="susan")
    later(seconds=60)
    assert gets_through(account="susan")


@pytest.mark.django_db
def test_what_went_well_is_forgotten():
    for _number in range(TIMES):
        gets_through(account="susan")
    rate_limits.reset("wave", account="susan")
    assert gets_through(account="Susan")


@pytest.mark.django_db
def test_one_try_can_be_given_back():
    for _number in range(TIMES):
        gets_through(address="192.0.2.1")
    rate_limits.refund("wave", request_of())
    assert [gets_through(address="192.0.2.1") for _number in range(2)] == [True, False]


@pytest.mark.django_db
def test_there_is_nothing_to_give_back_when_the_window_has_passed(later):
    gets_through(address="192.0.2.1")
    later(seconds=60)
    rate_limits.refund("wave", address="192.0.2.1")
    rate_limits.refund("wave", address="192.0.2.2")
    assert RateLimitCounter.objects.get().number == 1


@pytest.mark.django_db
def test_no_limit_counts_nothing(susan):
    assert all(gets_through("nod", person=susan) for _number in range(10))
    assert not RateLimitCounter.objects.exists()


@pytest.mark.django_db
def test_who_is_refused_by_one_limit_uses_up_none_of_the_next(susan):
    for _number in range(10):
        gets_through(person=susan, address="192.0.2.1")
    assert RateLimitCounter.objects.get(key__contains="address").number == TIMES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8::1", "::1", False),
        (None, None, True),
    ],
)
def test_addresses_of_one_subscriber_count_together(one, other, together):
    for _number in range(TIMES):
        gets_through(address=one)
    assert gets_through(address=other) is not together


@pytest.mark.django_db
def test_counts_tell_nobody_who_it_was(susan):
    gets_through(account="susan", address="192.0.2.1", person=susan)
    rate_limits.hit("wave", request_of(susan, "2001:db8::1"))
    kept = str(list(RateLimitCounter.objects.values_list("key", flat=True)))
    assert not any(secret in kept for secret in ("susan", "192.0.2", "2001:db8"))


@pytest.mark.django_db
def test_a_view_counts_what_is_posted_by_person_and_by_address(susan, john):
    view = rate_limits.limited("wave")(lambda request: "done")
    for _number in range(TIMES):
        assert view(request_of(susan, "192.0.2.1")) == "done"
    for request in (request_of(susan, "192.0.2.2"), request_of(john, "192.0.2.1"), request_of(None, "192.0.2.1")):
        with pytest.raises(RateLimitExceeded):
            view(request)
    assert view(request_of(susan, method="get")) == "done"
    assert view(request_of(john, "192.0.2.2")) == "done"


@pytest.mark.django_db
def test_counting_in_a_transaction_that_could_undo_it_is_a_mistake():
    with transaction.atomic(), pytest.raises(RuntimeError):
        rate_limits.hit("wave", account="susan")


@pytest.mark.django_db
def test_a_clock_that_was_fast_keeps_nobody_waiting_once_it_is_put_right(later):
    later(days=400)
    assert [gets_through(account="susan") for _number in range(TIMES + 1)] == [True] * TIMES + [False]
    later(days=-400)
    rate_limits.check("wave", account="susan")
    assert [gets_through(account="susan") for _number in range(TIMES + 1)] == [True] * TIMES + [False]


@pytest.mark.django_db
def test_a_clock_that_is_a_moment_behind_starts_no_new_count(later):
    assert [gets_through(account="susan") for _number in range(TIMES)] == [True] * TIMES
    later(seconds=-1)
    assert not gets_through(account="susan")
    with pytest.raises(RateLimitExceeded):
        rate_limits.check("wave", account="susan")


@pytest.mark.django_db
def test_counts_whose_window_has_passed_are_pruned(later):
    gets_through(account="susan")
    later(seconds=30)
    gets_through(account="john")
    later(seconds=30)
    RateLimitCounter.objects.expired().delete()
    assert RateLimitCounter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_no_more_than_the_limit_get_through():
    assert sum(at_once(lambda number: gets_through(account="susan", address="192.0.2.1"), MANY)) == TIMES


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_moment_the_window_passes_no_more_than_the_limit_get_through(later):
    for _number in range(TIMES):
        gets_through(account="susan")
    later(seconds=60)
    assert sum(at_once(lambda number: gets_through(account="susan"), MANY)) == TIMES


@pytest.mark.django_db(transaction=True)
def test_counting_forgetting_and_pruning_at_once_do_no_harm():
    def act(number):
        if number % 3 == 1:
            rate_limits.reset("wave", account="susan")
        if number % 3 == 2:
            RateLimitCounter.objects.expired().delete()
        gets_through(account="susan")

    at_once(act, MANY)


@pytest.mark.parametrize(
    ("seconds", "advice"),
    [
        (1, "Try again in a minute."),
        (60, "Try again in a minute."),
        (61, "Try again in about 2 minutes."),
        (15 * 60, "Try again in about 15 minutes."),
        (2 * 60 * 60, "Try again in about 2 hours."),
        (24 * 60 * 60, "Try again in about 24 hours."),
    ],
)
def test_the_wait_in_words(seconds, advice):
    assert RateLimitExceeded(seconds).advice == advice


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}])
def test_who_is_refused_reads_when_to_come_back(client, settings, john, susan_client, headers):
    settings.LIMITS = {"follow": {"person": (1, 600)}}
    for _number in range(2):
        response = susan_client.post("/@john/follow/", headers=headers)
    assertContains(response, "Try again in about 10 minutes.", status_code=429)
    assertTemplateUsed(response, "429.html")
    assert 590 <= int(response["Retry-After"]) <= 600
