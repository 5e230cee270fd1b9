"""What a reader would take for the address is the address."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.links import addresses
from accounts.markup import segments


def found(body):
    return [body[start:end] for start, end, url in addresses(body) if url]


@pytest.mark.parametrize(
    ("body", "address"),
    [
        # Hosts
        ("http://foo_bar.example.com/a_b", "http://foo_bar.example.com/a_b"),
        ("https://_x._y.example.com", "https://_x._y.example.com"),
        ("see foo_bar.example.com.", "foo_bar.example.com"),
        ("https://example.com./x", "https://example.com./x"),
        ("https://example.com.", "https://example.com"),
        ("https://example.com|more", "https://example.com"),
        ("a|example.com|b", "example.com"),
        ("|https://example.com/a|", "https://example.com/a"),
        ("https://example.com+more", "https://example.com"),
        ("https://example.com=", "https://example.com"),
        ("https://example.com👍yes", "https://example.com"),
        ("https://example.com- so", "https://example.com"),
        ("example.com- so", "example.com"),
        ("example.social_", "example.social"),
        ("https://example.com:8080- so", "https://example.com:8080"),
        ("www.exa_mple.com/x", "www.exa_mple.com/x"),
        ("http://[2606:4700::1111]/a-b", "http://[2606:4700::1111]/a-b"),
        ("(http://[2606:4700::1111]:8080).", "http://[2606:4700::1111]:8080"),
        ("xn--e1afmkfd.xn--p1ai.", "xn--e1afmkfd.xn--p1ai"),
        ("https://www.xn--bcher-kva.example/xn--a.b", "https://www.xn--bcher-kva.example/xn--a.b"),
        # What stands right before
        ("👉https://example.com/a", "https://example.com/a"),
        ("❤️www.example.com", "www.example.com"),
        ("→https://example.com/a", "https://example.com/a"),
        ("url=https://example.com/a", "https://example.com/a"),
        ("~~https://example.com/a~~", "https://example.com/a"),
        ("_https://example.com/a_", "https://example.com/a"),
        ("__https://example.com__", "https://example.com"),
        # Ends
        ("https://example.com/a- so", "https://example.com/a"),
        ("https://example.com/a--", "https://example.com/a"),
        ("https://example.com/?a=b- so", "https://example.com/?a=b"),
        ("https://youtu.be/dQw4w9WgXc- so", "https://youtu.be/dQw4w9WgXc-"),
        ("https://example.com/a/-/b--c", "https://example.com/a/-/b--c"),
        ("https://example.com/a’s page", "https://example.com/a"),
        ("https://example.com/a's page", "https://example.com/a"),
        ("https://example.com/it's-ok", "https://example.com/it's-ok"),
        ("https://en.wikipedia.org/wiki/McDonald's is", "https://en.wikipedia.org/wiki/McDonald's"),
        ("https://en.wikipedia.org/wiki/Paris’s", "https://en.wikipedia.org/wiki/Paris"),
        ("https://example.com/a'dan geldi", "https://example.com/a"),
        ("https://example.com/a’ye", "https://example.com/a"),
        ("https://example.com/l’eau is", "https://example.com/l’eau"),
        ("https://en.wikipedia.org/wiki/Charleston,_S.C.", "https://en.wikipedia.org/wiki/Charleston,_S.C."),
        ("(https://example.com/U.S.A.)", "https://example.com/U.S.A."),
        ("https://en.wikipedia.org/wiki/Apple_Inc., so", "https://en.wikipedia.org/wiki/Apple_Inc."),
        ("https://example.com/a.b. So", "https://example.com/a.b"),
        ("https://en.wikipedia.org/wiki/Special:*", "https://en.wikipedia.org/wiki/Special:*"),
        ("https://example.com/* is", "https://example.com/*"),
        ("*https://example.com/*", "https://example.com/"),
        ("**https://example.com/a:**", "https://example.com/a"),
        ("https://example.com/a* and", "https://example.com/a"),
        ("https://en.wikipedia.org/wiki/Yahoo!", "https://en.wikipedia.org/wiki/Yahoo!"),
        ("(https://en.wikipedia.org/wiki/Yahoo!)", "https://en.wikipedia.org/wiki/Yahoo!"),
        ("See https://en.wikipedia.org/wiki/Paris! It is", "https://en.wikipedia.org/wiki/Paris"),
        ("See https://en.wikipedia.org/wiki/Yahoo!\nNext", "https://en.wikipedia.org/wiki/Yahoo!"),
        ("See https://example.com/a! it is", "https://example.com/a"),
        ("https://example.com/#!", "https://example.com/#!"),
        ("https://example.com/a(b(c)d)", "https://example.com/a(b(c)d)"),
        ("((https://example.com/a_(b)))", "https://example.com/a_(b)"),
        ("https://example.com/?u=https://example.org/", "https://example.com/?u=https://example.org/"),
    ],
)
def test_where_it_begins_and_ends(body, address):
    assert found(body) == [address]


@pytest.mark.parametrize("label", ["a.xn--", "xn--a.", "www.xn---", "XN--a.$.", "xn--a.é.", "http://xn--a.", "@xn--a."])
def test_addresses_made_to_take_for_ever_take_a_moment(label):
    assert found(f"a.{label * 60}!") == found(f"a.{label * 60}!")


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f"])
def test_no_address_turns_the_direction_of_its_text(mark):
    assert found(f"https://example.com/{mark}gnp.exe") == ["https://example.com/"]
    assert found(f"{mark}https://example.com/a{mark}") == ["https://example.com/a"]


@pytest.mark.parametrize("host", ["[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[1]", "[::1", "[:::]", "[1.2.3.4]"])
def test_what_is_no_public_host_is_no_link(host):
    assert found(f"http://{host}/") == []


@pytest.mark.parametrize("between", [",", ";", "|", ", ", "\n", "、", " – ", "→", "👉", ")(", "_", "~"])
def test_two_in_a_row_are_two(between):
    body = f"https://example.com/a{between}https://example.org/b"
    assert found(body) == ["https://example.com/a", "https://example.org/b"]
    body = f"https://example.com{between}https://example.org"
    assert found(body) == ["https://example.com", "https://example.org"]


ADDRESSES = [
    "https://example.com",
    "http://foo_bar.example.com:8080/",
    "https://example.com/a_(b)",
    "https://example.com/a-b/c_d?e=f&g=%20h;i=1,2#j/k",
    "www.example.com/~ana/x.html",
    "https://münchen.de/straße",
    "https://ru.example.org/Москва/места",
]
AROUND = [
    ("", "."), ("", ","), ("", ";"), ("", ":"), ("", "!"), ("", "?"), ("", "..."), ("", "…"), ("", "?!"), ("", ")."),
    ("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ('"', '"'), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’"),
    ("„", "“"), ("‚", "‘"), ("«", "»"), ("« ", " »"), ("»", "«"), ("‹", "›"), ("「", "」"), ("『", "』"), ("《", "》"),
    ("（", "）"), ("【", "】"), ("", "。"), ("", "，"), ("", "、"), ("", "！"), ("", "？"), ("", "；"), ("：", "："),
    ("", "،"), ("", "؟"), ("", "؛"), ("", "।"), ("", "״"), ("", "·"), ("", "—"), ("–", "–"), ("*", "*"), ("**", "**"),
    ("_", "_"), ("~~", "~~"), ("|", "|"), ("", "’s"), ("", "'s"), ("", "’nin"), ("👉", "👍"), ("→", "←"), ("¡", "!"),
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_punctuation_of_many_languages_is_no_part_of_it(address):
    assert {around: found(address.join(around)) for around in AROUND} == {around: [address] for around in AROUND}


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([*ADDRESSES, *"()[]<>|_-~*^`'’.,!?:/@#%&= \n", "👉", "看", "é", "\u0301"]), max_size=12)
)
def test_whatever_is_around_it_nothing_is_lost_and_hosts_are_hosts(parts):
    body = "".join(parts)
    assert "".join(segment.text for segment in segments(body)) == body
    for segment in segments(body):
        if segment.url:
            assert segment.text in body
            assert not set(urlsplit(segment.url).netloc) & set("|~^`+=$%'’()")
