import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import avatars
from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.pictures import picture, upload
from posts.models import Post
from posts.tests.factories import PostFactory
from social.models import Block, Follow

pytestmark = pytest.mark.any_database


def bodies(response):
    return [Post.objects.get(pk=post.pk).body for post in response.context["page"]]


def test_a_profile_tells_who_somebody_is(client, db):
    UserFactory(username="marnie", display_name="Marnie Holloway", about_me="I drive the little ferry.")
    response = client.get("/@marnie/")
    assertContains(response, "Marnie Holloway")
    assertContains(response, "I drive the little ferry.")


def test_what_people_say_about_themselves_has_the_links_that_posts_have(client, susan):
    about = "With @susan: example.org\nhttps://www.bank.example@evil.example/login https://gооgle.com/ <b>"
    UserFactory(username="marnie", about_me=about)
    page = client.get("/@marnie/")
    assertContains(page, '<a href="/@susan/" dir="ltr">@susan</a>')
    assertContains(page, '<a href="https://example.org" rel="nofollow ugc noopener" dir="ltr">example.org</a>')
    assertContains(page, "\nhttps://www.bank.example@evil.example/login https://gооgle.com/ &lt;b&gt;")


def test_a_profile_shows_what_its_person_wrote_newest_first(client, john):
    PostFactory(body="From somebody else")
    PostFactory(author=john, body="one")
    PostFactory(author=john, body="two")
    assert bodies(client.get("/@john/")) == ["two", "one"]


def test_a_profile_shows_threads_and_reposts_and_no_answers_to_others(client, john):
    other, first = PostFactory(body="From somebody else"), PostFactory(author=john, body="one")
    PostFactory(author=john, in_reply_to=first, body="two")
    PostFactory(author=john, in_reply_to=other, body="To somebody else")
    Post.objects.repost(john, other)
    response = client.get("/@john/")
    assert bodies(response) == ["From somebody else", "two", "one"]
    assert response.context["person"].posts_count == 3


def test_the_tab_of_replies_shows_all_that_somebody_wrote(client, john):
    other = PostFactory(body="From somebody else")
    Post.objects.repost(john, other)
    PostFactory(author=john, body="one")
    PostFactory(author=john, in_reply_to=other, body="To somebody else")
    response = client.get("/@john/replies/")
    assert bodies(response) == ["To somebody else", "one"]
    assertContains(response, '<a href="/@john/replies/" aria-current="page">')
    assertContains(client.get("/@john/"), '<a href="/@john/" aria-current="page">')


def test_a_repost_of_what_i_may_not_read_is_not_there(susan_client, susan, john):
    original = PostFactory()
    Post.objects.repost(john, original)
    assert len(bodies(susan_client.get("/@john/"))) == 1
    Block.objects.block(original.author, susan)
    assert bodies(susan_client.get("/@john/")) == []


def test_pinned_posts_come_first_on_the_first_page_and_no_post_is_there_twice(client, susan_client, john, settings):
    settings.TIMELINE_PAGE_SIZE = 2
    posts = [PostFactory(author=john, body=str(number)) for number in range(6)]
    for number, minutes in ((1, 3), (4, 9), (0, 6)):
        Post.objects.filter(pk=posts[number].pk).update(pinned_at=timezone.now() + timedelta(minutes=minutes))
    Post.objects.repost(john, posts[1])
    first = client.get("/@john/")
    assert [post.pk for post in first.context["pinned"]] == [posts[number].pk for number in (4, 0, 1)]
    assert bodies(first) == ["5", "3"]
    assertContains(first, f'id="post-{posts[1].pk}"', count=1)
    second = client.get(f"/@john/{first.context['page'].older}")
    assert bodies(second) == ["2"]
    assertNotContains(second, "Pinned")
    posts[4].hide()
    assertNotContains(client.get("/@john/"), f'id="post-{posts[4].pk}"')


def test_what_is_pinned_and_for_followers_is_for_followers(client, susan_client, susan, john):
    PostFactory(author=john, for_followers=True, body="Among us", pinned_at=timezone.now())
    assertNotContains(client.get("/@john/"), "Among us")
    assertNotContains(susan_client.get("/@john/"), "Among us")
    Follow.objects.follow(susan, john)
    assertContains(susan_client.get("/@john/"), "Among us", count=1)


def test_a_profile_leaves_out_hidden_posts_and_counts_the_others(client, john):
    PostFactory(author=john, body="Seen")
    PostFactory(author=john, hidden=True)
    response = client.get("/@john/")
    assert bodies(response) == ["Seen"]
    assert response.context["person"].posts_count == 1


def test_profile_pages_lead_down_and_up_again(client, john, settings):
    settings.TIMELINE_PAGE_SIZE = 2
    for number in range(5):
        PostFactory(author=john, body=str(number))
    below = client.get(f"/@john/{client.get('/@john/').context['page'].older}")
    assert bodies(below) == ["2", "1"]
    assert bodies(client.get(f"/@john/{below.context['page'].newer}")) == ["4", "3"]


def test_a_profile_knows_whether_i_follow(susan_client, susan, john):
    assertContains(susan_client.get("/@john/"), "/@john/follow/")
    Follow.objects.follow(susan, john)
    assertContains(susan_client.get("/@john/"), "/@john/unfollow/")


def test_nobody_is_offered_to_follow_themself(susan_client):
    assertNotContains(susan_client.get("/@susan/"), "/@susan/follow/")


def test_another_spelling_leads_to_the_canonical_one_and_keeps_the_query(client, john):
    assertRedirects(client.get("/@JOHN/?before=7"), "/@john/?before=7")


def test_a_former_name_leads_to_the_profile(client, john):
    john.rename("johnny")
    assertRedirects(client.get("/@john/"), "/@johnny/")


def test_nobody_and_somebody_suspended_look_the_same(client, john):
    john.suspend()
    assert client.get("/@john/").status_code == 404
    assert client.get("/@nobody/").status_code == 404


def test_a_closed_site_shows_profiles_to_its_people_only(client, susan_client, john, settings):
    settings.PUBLIC_READING = False
    assertRedirects(client.get("/@john/"), "/login/?next=/@john/")
    assert susan_client.get("/@john/").status_code == 200


@pytest.mark.parametrize(("language", "text"), [("en", "12,345"), ("es", "12\xa0345"), ("en-gb", "12,345")])
def test_counts_are_written_as_in_the_reader_s_language(client, susan, language, text):
    User.objects.update(followers_count=12345)
    page = client.get(susan.get_absolute_url(), headers={"Accept-Language": language})
    assert f"<strong>{text}</strong>" in page.content.decode()


def test_only_i_see_when_i_was_last_here(client, susan_client, john_client):
    assertContains(susan_client.get("/@susan/"), "Last seen:")
    for other in (client, john_client):
        assertNotContains(other.get("/@susan/"), "Last seen:")


def test_previews_of_links_show_the_site_and_a_picture_that_all_can_read(client, john):
    post = PostFactory(author=john)
    for path in ("/", "/explore/", "/about/", "/@john/", post.get_absolute_url()):
        page = client.get(path)
        assertContains(page, '<meta property="og:site_name" content="Microblog">')
        assertContains(page, '<meta property="og:image" content="http://127.0.0.1:8000/static/preview.jpg">')
        assertContains(page, '<meta name="twitter:card" content="summary_large_image">')
    assert client.get("/@john/picture.jpg").status_code == 404


def test_previews_show_the_face_of_who_has_one(client, john):
    john.set_avatar(avatars.keep(avatars.cut(upload(picture("RGBA"))), john.pk))
    for path in ("/@john/", PostFactory(author=john).get_absolute_url()):
        address = re.search(r'og:image" content="http://127.0.0.1:8000([^"]+)"', client.get(path).content.decode())[1]
        response = client.get(address)
        assert response["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(response.content)).size == (256, 256)
        assertContains(client.get(path), '<meta name="twitter:card" content="summary">')
