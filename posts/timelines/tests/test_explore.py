from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from posts.models import Post
from posts.tests.factories import PostFactory


def bodies(response):
    return [Post.objects.get(pk=post.pk).body for post in response.context["page"]]


def test_explore_shows_what_everybody_wrote_newest_first(client, db):
    for body in ("one", "two", "three"):
        PostFactory(body=body)
    assert bodies(client.get("/explore/")) == ["three", "two", "one"]


def test_every_post_is_an_article_with_its_id(client, db):
    post = PostFactory()
    assertContains(client.get("/explore/"), f'id="post-{post.pk}"', count=1)


def test_explore_leaves_out_hidden_posts_and_suspended_people(client, db):
    PostFactory(hidden=True)
    PostFactory().author.suspend()
    assert bodies(client.get("/explore/")) == []


def test_explore_has_no_composer(susan_client):
    assertNotContains(susan_client.get("/explore/"), 'name="body"')


def test_explore_pages_lead_down_and_up_again(client, db, settings):
    settings.TIMELINE_PAGE_SIZE = 2
    for number in range(5):
        PostFactory(body=str(number))
    below = client.get(f"/explore/{client.get('/explore/').context['page'].older}")
    assert bodies(below) == ["2", "1"]
    assert bodies(client.get(f"/explore/{below.context['page'].newer}")) == ["4", "3"]


def test_a_closed_site_shows_explore_to_its_people_only(client, susan_client, settings):
    settings.PUBLIC_READING = False
    assertRedirects(client.get("/explore/"), "/login/?next=/explore/")
    assert susan_client.get("/explore/").status_code == 200


def test_a_page_beyond_the_newest_post_does_not_say_that_there_are_none(client, susan):
    post = PostFactory(author=susan)
    assertNotContains(client.get("/explore/", {"after": post.pk}), "Nobody has written anything yet")
    post.delete()
    assertContains(client.get("/explore/"), "Nobody has written anything yet")
