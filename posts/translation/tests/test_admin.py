import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Provider, ProviderDay, Translation
from posts.tests.factories import PostFactory

TRANSLATIONS = reverse("admin:posts_translation_changelist")
DAYS = reverse("admin:posts_providerday_changelist")
PROVIDERS = reverse("admin:posts_provider_changelist")

pytestmark = pytest.mark.any_database


def keep(post, language="es", body="Está subiendo la marea"):
    return Translation.objects.create(
        post=post,
        language=language,
        digest=post.digest,
        source="ja",
        provider="deepl",
        body=body,
        made_at=timezone.now(),
    )


@pytest.fixture
def translation(susan):
    return keep(PostFactory(author=susan, body="潮が満ちてきた", language="ja"))


def found(client, **query):
    return {row.pk for row in client.get(TRANSLATIONS, query).context["cl"].result_list}


def test_those_of_posts_for_followers_are_not_listed(moderator_client, translation, susan):
    private = keep(PostFactory(author=susan, language="ja", for_followers=True))
    assert found(moderator_client) == {translation.pk}
    assert moderator_client.get(reverse("admin:posts_translation_change", args=[private.pk])).status_code == 302


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return captured.captured_queries


# Translations


@pytest.mark.every_database
def test_translations_are_found_by_post_and_by_author(moderator_client, translation, john):
    keep(PostFactory(author=john))
    post = translation.post
    for term in (post.pk, f"http://127.0.0.1:8000/@susan/{post.pk}/", "susan", "@SUSAN"):
        assert found(moderator_client, q=term) == {translation.pk}, term
    for term in ("marea", "sus", "9" * 30, "0", "@"):
        assert found(moderator_client, q=term) == set(), term


def test_what_is_for_followers_only_is_not_read_there(moderator_client, translation, susan):
    private = keep(PostFactory(author=susan, for_followers=True))
    assert found(moderator_client) == found(moderator_client, q="susan") == {translation.pk}
    assert moderator_client.get(reverse("admin:posts_translation_change", args=[private.pk])).status_code == 302


def test_a_posts_page_leads_to_its_translations(moderator_client, translation):
    keep(translation.post, "de")
    page = moderator_client.get(reverse("admin:posts_post_change", args=[translation.post_id]))
    assertContains(page, f'<a href="{TRANSLATIONS}?q={translation.post_id}">2 translations</a>')


def test_the_list_says_by_whom_and_from_which_language(moderator_client, translation):
    page = moderator_client.get(TRANSLATIONS)
    for text in ("Está subiendo la marea", "潮が満ちてきた", "DeepL", "ja", "es"):
        assertContains(page, text)
    assertContains(moderator_client.get(reverse("admin:posts_translation_change", args=[translation.pk])), "DeepL")


def test_the_list_asks_the_same_few_queries_for_any_number(moderator_client, translation):
    few = queries(moderator_client, TRANSLATIONS)
    for _number in range(60):
        keep(PostFactory())
    many = queries(moderator_client, TRANSLATIONS)
    assert len(many) == len(few) <= 7
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"]]


@pytest.mark.every_database
@pytest.mark.parametrize("lookup", ["language", "provider__startswith", "body__icontains", "post__author__password"])
def test_there_is_no_slow_way_to_search(moderator_client, translation, lookup):
    assert moderator_client.get(TRANSLATIONS, {lookup: "s"}).status_code == 400


def test_moderators_throw_translations_away(moderator_client, translation, john):
    other = keep(PostFactory(author=john))
    moderator_client.post(reverse("admin:posts_translation_delete", args=[translation.pk]), {"post": "yes"})
    assert set(Translation.objects.all()) == {other}
    chosen = {"action": "delete_selected", "_selected_action": other.pk, "post": "yes"}
    moderator_client.post(TRANSLATIONS, chosen)
    assert not Translation.objects.exists()


def test_one_thrown_away_is_made_anew_for_the_next_reader(moderator_client, translation, susan_client, translator):
    keep(translation.post, "en", "Something rude")
    url = reverse("post_translation", args=[translation.post_id])
    Translation.objects.filter(language="en").delete()
    assertNotContains(susan_client.post(url, headers={"X-Requested-With": "XMLHttpRequest"}), "Something rude")
    assert len(translator.asked) == 1


def test_the_log_keeps_no_words_of_the_post(moderator_client, translation):
    moderator_client.post(reverse("admin:posts_translation_delete", args=[translation.pk]), {"post": "yes"})
    assert LogEntry.objects.get().object_repr == f"#{translation.post_id} (es)"


def test_nobody_writes_a_translation(boss_client, translation):
    page = reverse("admin:posts_translation_change", args=[translation.pk])
    assert boss_client.post(page, {"body": "Not so", "_save": "Save"}).status_code == 403
    assert boss_client.get(reverse("admin:posts_translation_add")).status_code == 403


# Usage, and paused services


@pytest.fixture
def days(db):
    ProviderDay.objects.create(provider="deepl", day="2026-11-21", requests=7, failures=1, characters=12345)
    ProviderDay.objects.create(provider="microsoft", day="2026-11-22", requests=3, characters=900)


@pytest.mark.every_database
def test_use_is_shown_for_each_day_and_service(boss_client, days):
    page = boss_client.get(DAYS)
    rows = [(row.provider, str(row.day)) for row in page.context["cl"].result_list]
    assert rows == [("microsoft", "2026-11-22"), ("deepl", "2026-11-21")]
    for text in ("Microsoft Translator", "DeepL", "12345"):
        assertContains(page, text)


def test_the_books_are_not_changed(boss_client, days):
    day = ProviderDay.objects.first()
    assert boss_client.get(reverse("admin:posts_providerday_add")).status_code == 403
    assert boss_client.get(reverse("admin:posts_providerday_delete", args=[day.pk])).status_code == 403
    change = reverse("admin:posts_providerday_change", args=[day.pk])
    assert boss_client.post(change, {"requests": 0}).status_code == 403


def test_years_of_use_cost_the_same_few_queries(boss_client, days):
    few = queries(boss_client, DAYS)
    ProviderDay.objects.bulk_create(
        ProviderDay(provider="deepl", day=f"2025-{month:02}-{day:02}") for month in range(1, 13) for day in range(1, 29)
    )
    assert len(queries(boss_client, DAYS)) == len(few) <= 7


@pytest.mark.parametrize("url", [DAYS, PROVIDERS])
def test_cost_is_for_those_who_run_the_site(moderator_client, url):
    assert moderator_client.get(url).status_code == 403


def test_a_service_left_alone_is_asked_again_at_once(boss_client):
    Provider.objects.pause("deepl", 600)
    assertContains(boss_client.get(PROVIDERS), "DeepL")
    response = boss_client.post(PROVIDERS, {"action": "resume", "_selected_action": "deepl"}, follow=True)
    assertContains(response, "This service is in use again.")
    provider = Provider.objects.get()
    assert (provider.seconds_left, provider.failures) == (0, 0)
    assert LogEntry.objects.get().get_change_message() == "Service resumed early"


def test_a_service_that_is_not_left_alone_is_not_resumed(boss_client):
    Provider.objects.create(name="deepl")
    response = boss_client.post(PROVIDERS, {"action": "resume", "_selected_action": "deepl"}, follow=True)
    assertNotContains(response, "in use again")
    assert not LogEntry.objects.exists()


def test_the_same_from_its_own_page(boss_client):
    Provider.objects.pause("deepl", 600)
    page = reverse("admin:posts_provider_change", args=["deepl"])
    assertContains(boss_client.get(page), "Try again now")
    boss_client.post(page, {"CHANGE_FORM-action": "resume", "_selected_action": "deepl", "index": 0})
    assert Provider.objects.seconds_left("deepl") == 0


def test_a_pause_that_is_over_is_not_shown(boss_client):
    Provider.objects.create(name="deepl", paused_until="2020-02-02T02:02:00Z", failures=3)
    assertNotContains(boss_client.get(PROVIDERS), "Feb. 2, 2020")


def test_services_are_not_changed_by_hand(boss_client):
    Provider.objects.pause("deepl", 600)
    page = reverse("admin:posts_provider_change", args=["deepl"])
    assert boss_client.post(page, {"failures": 0, "_save": "Save"}).status_code == 403
    assert boss_client.get(reverse("admin:posts_provider_add")).status_code == 403
    assert boss_client.get(reverse("admin:posts_provider_delete", args=["deepl"])).status_code == 403


@pytest.mark.every_database
def test_no_service_has_a_name_that_a_database_cannot_hold(boss_client):
    response = boss_client.get(reverse("admin:posts_provider_change", args=["\0"]))
    assert response.status_code == 302  # to the index, with a message, as Django does for what does not exist
