import pytest
from pytest_django.asserts import assertContains, assertNotContains

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(("https", "name"), [(False, "messages"), (True, "__Host-messages")])
def test_messages_are_shown_once_from_a_cookie_like_the_others(susan_client, settings, https, name):
    settings.HTTPS = https
    response = susan_client.post("/posts/", {"body": "Good morning"})
    assert name in response.cookies
    assertContains(susan_client.get("/"), "Your post has been published.", count=1)
    assertNotContains(susan_client.get("/"), "Your post has been published.")
