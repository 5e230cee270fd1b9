"""Posts for followers are sent to a service only where the operator allows it."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Translation
from posts.tests.factories import PostFactory
from posts.translation.tests.test_translate_button import button
from social.models import Follow

AJAX = {"X-Requested-With": "XMLHttpRequest"}
JAPANESE, ENGLISH = "潮が満ちてきた", "The tide is coming in"

pytestmark = pytest.mark.any_database


@pytest.fixture
def private(susan, john):
    Follow.objects.follow(susan, john)
    return PostFactory(author=john, body=JAPANESE, language="ja", for_followers=True)


def translate(client, post):
    return client.post(f"/posts/{post.pk}/translation/", headers=AJAX)


@pytest.mark.parametrize("language", ["ja", ""])
def test_it_is_neither_offered_nor_sent(translator, susan_client, private, language):
    type(private).objects.filter(pk=private.pk).update(language=language)
    for path in ("/", "/@john/", private.get_absolute_url()):
        assertNotContains(susan_client.get(path), f"/posts/{private.pk}/translation/")
    assertContains(translate(susan_client, private), "translation service of this site")
    assert translator.asked == []
    assert not Translation.objects.exists()


def test_the_operator_can_allow_it(translator, susan_client, private, settings):
    settings.TRANSLATE_PRIVATE = True
    translator.phrases = {"en-us": {JAPANESE: ENGLISH}}
    assertContains(susan_client.get("/"), button(private))
    assertContains(translate(susan_client, private), ENGLISH)


def test_a_translation_is_only_for_those_who_may_read_the_post(translator, client, susan_client, boss_client, private):
    made = {"provider": "deepl", "source": "ja", "made_at": timezone.now()}
    Translation.objects.create(post=private, digest=private.digest, language="en", body=ENGLISH, html=ENGLISH, **made)
    for other in (client, boss_client):
        assert translate(other, private).status_code == 404
        assert other.get(f"{private.get_absolute_url()}?translation=en").status_code == 404
    assertContains(translate(susan_client, private), ENGLISH)
    Follow.objects.all().end()
    assert translate(susan_client, private).status_code == 404
