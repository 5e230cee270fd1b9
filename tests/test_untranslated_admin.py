"""No text of ours in the admin is hard-coded in one language: checked in the language of `tests.pseudo`."""

import pytest
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import BlockedDomain, BlockedName
from microblog_site.pages.models import Page
from moderation.models import Report
from posts.models import Provider, ProviderDay, Translation
from posts.tests.factories import PostFactory
from social.models import Follow

from .test_untranslated import WORD, untranslated

# Hard-coded English in Django and django-ox.
IN_ENGLISH = {"ID", "Search", "True", "False", "Ox schedules", "Ox tasks"}
NAMES = {"Microblog", "Moderators", "es", "en"}

pytestmark = pytest.mark.any_database


@pytest.fixture
def client(settings, boss, susan, john, pseudo_language):
    """A superuser on a site with one of everything, named by digits."""
    settings.SITE_NAME = "42"
    for person, name in ((boss, "7"), (susan, "8"), (john, "9")):
        person.__class__.objects.filter(pk=person.pk).update(
            username=name, email=f"{name}@8", password="!", language=pseudo_language
        )
    Follow.objects.follow(susan, john)
    post = PostFactory(author=susan, body="1234", language="es")
    Report.objects.create(reporter=john, person=susan, post=post, is_about_post=True)
    Translation.objects.create(
        post=post, language="es", digest=post.digest, provider="7", body="8", source="en", made_at=timezone.now()
    )
    Provider.objects.create(name="7")
    ProviderDay.objects.create(provider="7", day="2026-11-22")
    Page.objects.create(name="about", language="es", body="1234")
    BlockedDomain.objects.create(domain="7.8")
    BlockedName.objects.create(word="7")
    client = Client()
    client.force_login(boss.__class__.objects.get(pk=boss.pk))
    return client


def paths():
    yield reverse("admin:index")
    for model in site._registry:
        if model._meta.app_label != "django_ox":
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield from (reverse(f"{name}_changelist"), *address(f"{name}_add"))
            if first := model.objects.order_by("pk").values_list("pk", flat=True).first():
                yield from (*address(f"{name}_change", first), *address(f"{name}_history", first))


def address(name, *args):
    try:
        return [reverse(name, args=args)]
    except NoReverseMatch:
        return []


def test_moderators_read_no_untranslated_text(client):
    found = {}
    for path in paths():
        response = client.get(path)
        if response.status_code == 200:
            parts = " | ".join(untranslated(response.content.decode())).split("|")
            words = [part.strip(" ›()#0123456789") for part in parts]
            found[path] = [word for word in words if WORD.search(word) and word not in IN_ENGLISH | NAMES]
    assert len(found) > 25
    assert {path: texts for path, texts in found.items() if texts} == {}
