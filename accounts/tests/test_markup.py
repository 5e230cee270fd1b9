"""What becomes a link, and that no other tag gets through."""

import time
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import markup
from accounts.models import FormerUsername
from accounts.tests.factories import UserFactory
from microblog_site.text import is_blank, limit_marks

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


class Parsed(HTMLParser):
    """The links in some HTML as (text, attributes), its text, and all its tags."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.links, self.tags, self.pieces = [], set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links.append(("", dict(attributes)))

    def handle_endtag(self, tag):
        self.tags.add(tag)
        self.links[-1] = (self.open_text, self.links[-1][1])

    def handle_data(self, data):
        self.open_text = data
        self.pieces.append(data)

    @property
    def text(self):
        return "".join(self.pieces)


def links(body):
    """The links in `body`: (text, URL)."""
    return [(text, attributes["href"]) for text, attributes in Parsed(markup.render(body)).links]


def addresses(body):
    return [text for text, _url in links(body)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("https://example.com", "https://example.com"),
        ("See http://example.com/a?b=c&d=e#f!", "http://example.com/a?b=c&d=e#f"),
        ("HTTPS://EXAMPLE.COM/X", "HTTPS://EXAMPLE.COM/X"),
        ("https://example.com:8080/x", "https://example.com:8080/x"),
        # surrounding punctuation and brackets
        ("Look: https://example.com/a.", "https://example.com/a"),
        ("(https://example.com/a)", "https://example.com/a"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("“https://example.com/a”", "https://example.com/a"),
        ("«https://example.com/a»,", "https://example.com/a"),
        ("https://example.com/a…", "https://example.com/a"),
        ("https://example.com/a: so", "https://example.com/a"),
        ("https://example.com/a؟", "https://example.com/a"),
        ("**https://example.com/a**", "https://example.com/a"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("https://example.com/❤️", "https://example.com/"),
        ("https://example.com/a🎺", "https://example.com/a"),
        ("https://example.com/a\nhttps", "https://example.com/a"),
        # attached to text in scripts without spaces, or to any preceding letter
        ("看https://example.com吧", "https://example.com"),
        ("看https://example.com/a，好", "https://example.com/a"),
        ("テストhttps://example.com/です", "https://example.com/"),
        ("https://example.com/ab日本語", "https://example.com/ab"),
        ("（https://example.com/a）", "https://example.com/a"),
        ("https://example.com에서", "https://example.com"),
        ("ดูhttps://example.comนะ", "https://example.com"),
        ("смотриhttps://example.com/", "https://example.com/"),
        ("看example.com吧", "example.com"),
        # such scripts in the address itself
        ("https://ja.wikipedia.org/wiki/日本語、と", "https://ja.wikipedia.org/wiki/日本語"),
        ("https://ko.wikipedia.org/wiki/서울", "https://ko.wikipedia.org/wiki/서울"),
        ("https://ru.wikipedia.org/wiki/Москва.", "https://ru.wikipedia.org/wiki/Москва"),
        ("https://hi.wikipedia.org/wiki/हिन्दी", "https://hi.wikipedia.org/wiki/हिन्दी"),
        ("https://例え.jp/道", "https://例え.jp/道"),
        ("https://例子.中国/路", "https://例子.中国/路"),
        ("https://münchen.de/straße", "https://münchen.de/straße"),
        ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de/"),
    ],
)
def test_an_address_is_found_and_ends_where_it_ends(body, found):
    assert addresses(body) == [found]


@pytest.mark.parametrize(
    ("body", "text", "url"),
    [
        ("Read example.com today", "example.com", "https://example.com"),
        ("Read www.example.de/a.", "www.example.de/a", "https://www.example.de/a"),
        ("Read spiegel.de.", "spiegel.de", "https://spiegel.de"),
        ("Read elpais.es/x", "elpais.es/x", "https://elpais.es/x"),
        ("Read www.nrk.no", "www.nrk.no", "https://www.nrk.no"),
    ],
)
def test_a_bare_domain_is_a_link(body, text, url):
    assert links(body) == [(text, url)]


@pytest.mark.parametrize(
    "body",
    [
        "Run main.py, then read README.md and lib.so.",
        "node.js 3.14 v2.0.1 12.30 1.2.3.4",
        "I am done.So what, e.g. this",
        "Gut.Es war kalt.",
        "etc...and so on",
        "@susan.com",
        "a/b.c",
    ],
)
def test_words_with_a_dot_are_no_addresses(body):
    assert links(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://example.com/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "ftp://example.com/",
        "file:///etc/passwd",
        "//example.com/a",
        "http:// http:/ https://",
        "http://localhost:8000/ http://intranet/",
        "susan@example.com",
        "susan.de@example.com, mailto:susan@example.com",
        "josé@example.com",
    ],
)
def test_other_schemes_mail_and_private_hosts_are_no_links(body):
    assert links(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "https://bank.example@evil.example/",
        "https://bank.example:secret@evil.example/",
        "https://аррӏе.com/",  # entirely Cyrillic
        "https://рaypal.com/",  # Cyrillic and Latin
        "https://gοοgle.com/",  # Greek and Latin
        "https://example.com∕login.evil.example/",  # no slash
        "https://exam\u200dple.com\u202e/",
    ],
)
def test_what_leads_elsewhere_than_it_seems_is_no_link(body):
    assert links(body) == []
    assert Parsed(markup.render(body)).text == body


def test_links_lead_outside_without_our_recommendation():
    [(_text, attributes)] = Parsed(markup.render("https://example.com/")).links
    assert attributes == {"href": "https://example.com/", "rel": "nofollow ugc noopener", "dir": "ltr"}


def test_a_long_address_may_be_cut_short_in_display_but_never_its_host():
    def css_class(url):
        return Parsed(markup.render(url)).links[0][1].get("class")

    assert css_class("https://example.com/" + "a" * 40) == "long"
    assert css_class("https://example.com/short") is None
    assert css_class("https://bank.example." + "a" * 30 + ".evil.example/") is None


def test_an_address_in_html_is_a_legal_one():
    assert links('https://example.com/[a]|{b}^`\\"') == [
        ("https://example.com/[a]|{b}", "https://example.com/%5Ba%5D%7C%7Bb%7D"),
    ]
    assert links("https://example.com/100%_and_20%25")[0][1] == "https://example.com/100%25_and_20%25"


@pytest.mark.parametrize(
    "body",
    [
        "@susan",
        "Hi @susan!",
        "(@susan)",
        ".@susan",
        "@susan.",
        "@susan's boat",
        "@susan.Then",
        "one\n@susan\ntwo",
        "你好@susan吗",
        "مرحبا@susanو",
        "ו@susan",
        "@susan님",
        "@susan-san",
        "＠susan",
        "_@susan_",
        "__@susan__",
        "**_@susan_**!",
        "@susan_.",
        "@john/@susan",
        "@a/@b/@susan",
        "(cc:@susan;)",
        "/@susan",
        "his/@susan",
    ],
)
def test_a_mention_leads_to_the_profile(susan, body):
    html = markup.render(body)
    assert [attributes for _text, attributes in Parsed(html).links] == [{"href": "/@susan/", "dir": "ltr"}]
    assert Parsed(html).text == body


@pytest.mark.parametrize(
    "body",
    [
        "susan@susan",
        "a@susan",
        "é@susan",
        "привет@susan",
        "@susan@elsewhere.social",
        "@susan.bsky.social",
        "@susané",
        "@susanna",
        "@_susan",
        "@@susan",
        "@ susan",
        "susan@susan.example",
        "medium.example/@susan",
        "medium.example/x/@susan",
        "a_@susan",
        "@susan_a",
    ],
)
def test_what_is_no_mention(susan, body):
    assert links(body) == []


def test_a_mention_in_an_address_belongs_to_the_address(susan):
    assert links("https://example.com/@susan") == [("https://example.com/@susan", "https://example.com/@susan")]


def test_several_in_a_row(susan, john):
    for between in ("/", ",", "|", "+", "&", " ", ":", "…", "、"):
        assert links(f"@susan{between}@john") == [("@susan", "/@susan/"), ("@john", "/@john/")]


def test_an_underscore_at_the_end_belongs_to_who_has_it_in_their_name(susan):
    UserFactory(username="susan_")
    assert links("@susan_ @susan__") == [("@susan_", "/@susan_/"), ("@susan", "/@susan/")]


def test_mentions_in_any_case_lead_to_the_name_as_its_owner_writes_it():
    UserFactory(username="McFly")
    assert links("@mcfly @MCFLY") == [("@mcfly", "/@McFly/"), ("@MCFLY", "/@McFly/")]


def test_only_people_who_are_there_become_links(john):
    john.suspend()
    assert links("@john @nobody") == []


def test_a_former_name_leads_to_the_person_while_it_is_held(susan, settings):
    susan.rename("susanna")
    assert links("@susan and @susanna") == [("@susan", "/@susanna/"), ("@susanna", "/@susanna/")]
    long_ago = timezone.now() - timedelta(days=settings.FORMER_USERNAME_DAYS + 1)
    FormerUsername.objects.update(given_up_at=long_ago)
    assert links("@susan and @susanna") == [("@susanna", "/@susanna/")]


def test_a_name_means_who_has_it_rather_than_who_had_it(susan):
    susan.rename("zoe")
    UserFactory(username="Susan", email="another.susan@example.org")
    assert links("@susan") == [("@susan", "/@Susan/")]


def test_two_queries_for_all_mentions_and_none_for_none(susan, john, django_assert_num_queries):
    with django_assert_num_queries(2):
        markup.render(" ".join(f"@susan @john @person{number}" for number in range(30)))
    with django_assert_num_queries(0):
        markup.render("Nobody is mentioned at https://example.com/ or susan@example.com")


def test_what_people_type_stays_text():
    body = "<script>alert('x')</script> & <a href=\"https://example.com\" onclick='x'>\n  two blanks"
    parsed = Parsed(markup.render(body))
    assert parsed.tags == {"a"}
    assert [attributes.keys() for _text, attributes in parsed.links] == [{"href", "rel", "dir"}]
    assert parsed.text == body


def test_of_many_blank_lines_one_is_shown(susan):
    body = "One\n\n \n\u200b\n\u3164\n\n@susan\n\ntwo\n\n\nhttps://example.com/\n\n\n\n@nobody\n\n\n\n."
    shown = "One\n\n@susan\n\ntwo\n\nhttps://example.com/\n\n@nobody\n\n."
    assert Parsed(markup.render(body)).text == shown


def test_marks_are_not_stacked_without_end_in_text_or_links():
    stack = "\u0301" * 200
    for body in (f"a{stack}b", f"https://example.com/a{stack}b", f"@nobody{stack}b"):
        assert Parsed(markup.render(body)).text.count("\u0301") <= 16


def lines(text):
    return [line for line in text.split("\n") if not is_blank(line)]


FRAGMENTS = [
    "http://", "https://", "www.", "example", ".com", ".de", "/", "?", "#", ":", "@", "@susan", "＠", "(", ")", "[",
    "]", "<", ">", "&", "&lt;", '"', "'", "\\", "%", "%0a", "javascript:", "mailto:", "xn--", "-", "_", ".", "..", " ",
    "\n", "看", "、", "。", "です", "서울", "และ", "é", "я", "ا", "ی", "\u0301", "\u200d", "\u202e", "🎺", "❤️",
    "∕", "١",
]  # fmt: skip


@pytest.mark.any_database
@settings(max_examples=400)
@given(st.one_of(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join), st.text(max_size=200)))
def test_whatever_is_typed_is_what_is_read_and_only_links_are_added(body):
    parsed = Parsed(markup.render(body))
    assert lines(parsed.text) == lines(limit_marks(body))
    assert parsed.tags <= {"a"}
    for _text, attributes in parsed.links:
        assert attributes.keys() <= {"href", "rel", "dir", "class"}
        assert attributes["href"].lower().startswith(("http://", "https://", "/@"))


@pytest.mark.any_database
@pytest.mark.parametrize(
    "nasty",
    [
        "@", "@a", "@a@", "a@", "a.", "a-", "www.", "http:", "http://", "http://a.b", "http://a.b?", "http://a:1",
        "mailto:", "a@b.com", "xn--", "(", "[", "{", "'\"", "…", "-", "!", "?", "看", "看http://a.b/看", "&", "e.com ",
        "a", "\n",
    ],
)  # fmt: skip
def test_nothing_takes_long(nasty):
    body = "http://a.bc/" + nasty * 500
    started = time.perf_counter()
    markup.render(body[:500])
    markup.render((nasty * 500)[:500])
    assert time.perf_counter() - started < 1


def test_only_the_first_twenty_people_that_a_text_mentions_are_links():
    people = [UserFactory(username=f"p{number}") for number in range(22)]
    FormerUsername.objects.hold("old", people[0])
    body = " ".join(f"@{person.username}" for person in people[:20]) + " @P0 @old @p20 @p21 @p3"
    assert addresses(body) == [*(f"@p{number}" for number in range(20)), "@P0", "@old", "@p3"]
