"""Detection learns from what authors write and correct."""

import pytest
from django.urls import reverse

from posts.models import Post
from posts.tests.factories import PostFactory
from posts.translation.detection import LANGUAGES, REMEMBERED, detect, remember

pytestmark = pytest.mark.any_database

EITHER = "Jeg har fri i dag"  # Danish and Norwegian alike
NORWEGIAN = "Jeg gleder meg til å lese boken som jeg fikk av deg i går kveld"


@pytest.fixture
def write(susan, susan_client):
    def write(body, language=""):
        susan_client.post(reverse("post_create"), {"body": body, "language": language})
        return susan.posts.latest("pk").language

    return write


def written(susan):
    susan.refresh_from_db()
    return susan.written_languages


@pytest.mark.parametrize("usual", ["da", "nb"])
def test_what_somebody_usually_writes_decides_where_the_text_does_not(usual):
    assert detect(EITHER, [usual] * REMEMBERED) == usual


def test_a_short_text_of_somebody_with_one_language_is_in_that():
    body = "Bon dia, com va?"
    assert detect(body) == ""
    assert detect(body, ["ca"]) == "ca"


@pytest.mark.parametrize("usual", ["da", "sv", "en", "ja"])
def test_no_habit_overrides_a_sure_answer(usual):
    assert detect(NORWEGIAN, [usual] * REMEMBERED) == "nb"


@pytest.mark.parametrize("body", ["", "🎺", "12:30", "@john https://example.com/"])
def test_a_post_without_words_stays_open_whatever_the_habit(body):
    assert detect(body, ["ca"] * REMEMBERED) == ""


def test_a_habit_does_not_make_a_language_of_another_script_likely():
    assert detect("おはよう", ["en"] * REMEMBERED) == "ja"
    assert detect("Good morning", ["ja"] * REMEMBERED) != "ja"


def test_the_latest_posts_count_most():
    assert detect(EITHER, ["da"] * 10 + ["nb"] * 10) == "da"
    assert detect(EITHER, ["nb"] * 10 + ["da"] * 10) == "nb"


def test_languages_that_no_longer_can_be_chosen_are_no_trouble():
    assert detect(EITHER, ["tlh", "da"]) in ("da", "")


def test_each_post_is_remembered_with_its_language(write, susan):
    write("The tide turned and we all went home")
    write("Se ha roto el motor del barco")
    assert written(susan) == ["es", "en"]


def test_a_post_whose_language_is_open_is_not_remembered(write, susan):
    assert write("🎺") == ""
    assert written(susan) == []


def test_only_the_latest_are_remembered():
    assert remember(["en"] * REMEMBERED, "es", "es") == ["es"] + ["en"] * (REMEMBERED - 1)


def test_who_corrects_a_guess_is_understood_the_next_time(write, susan):
    type(susan).objects.filter(pk=susan.pk).update(written_languages=["nb"] * 10)
    assert write(EITHER) == "nb"
    assert write(EITHER, "da") == "da"
    assert write("Jeg er hjemme nu") == "da"
    assert write(EITHER) == "da"


def test_a_correction_while_editing_is_learnt_too(susan, susan_client):
    post = PostFactory(author=susan, body=EITHER, language="nb")
    susan_client.post(reverse("post_edit", args=[post.pk]), {"body": EITHER, "language": "da"})
    assert written(susan) == ["da"]
    assert Post.objects.get().language == "da"


def test_an_edit_in_the_same_language_teaches_nothing(susan, susan_client):
    post = PostFactory(author=susan, body=EITHER, language="nb")
    susan_client.post(reverse("post_edit", args=[post.pk]), {"body": f"{EITHER}!", "language": "nb"})
    assert written(susan) == ["nb"]


def test_sending_a_form_twice_teaches_nothing_twice(susan, susan_client):
    form = {"body": EITHER, "language": "da", "submission": "8a2ff3b5-0b2d-4a43-8d5c-9d3d2ce2a4f1"}
    for _time in range(2):
        susan_client.post(reverse("post_create"), form)
    assert written(susan) == ["da"]


def choices(client, url="/"):
    return [tag for tag, _name in client.get(url).context["form"].fields["language"].choices]


def test_the_choice_begins_with_detecting_and_then_has_all_languages_by_name(susan_client):
    assert choices(susan_client) == ["", *LANGUAGES]


def test_languages_used_lately_come_first_the_newest_of_them_on_top(susan, susan_client):
    type(susan).objects.filter(pk=susan.pk).update(written_languages=["ja", "es", "ja", "en"])
    offered = choices(susan_client)
    assert offered[:4] == ["", "ja", "es", "en"]
    assert sorted(offered) == sorted(["", *LANGUAGES])
    susan.refresh_from_db()
    post = PostFactory(author=susan, language="de")
    assert choices(susan_client, reverse("post_edit", args=[post.pk]))[:5] == ["", "de", "ja", "es", "en"]


def test_at_most_five_come_first(susan, susan_client):
    type(susan).objects.filter(pk=susan.pk).update(written_languages=["zh", "vi", "tr", "uk", "ur", "tlh", "th"])
    assert choices(susan_client)[:7] == ["", "zh", "vi", "tr", "uk", "ur", "ar"]
