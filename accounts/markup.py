"""Turns what people write (posts, "About me") into HTML with links and mentions.

The text is split into plain text, web addresses and mentions. Each segment is escaped when written out, so `<a>` is the
only possible tag and readers see what was typed, but for blank lines and stacked marks without end
(`microblog_site.text.shown`). Line breaks are kept; the style sheet shows them.
"""

import re
from itertools import batched, islice
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import escape, format_html

from accounts.links import AUTHORITY, addresses
from accounts.models import FormerUsername, User
from microblog_site.text import limit_marks, shown

# Scripts whose letters join adjacent letters into one word: Latin, Greek, Cyrillic, Armenian, Georgian.
LETTERS = r"A-Za-z0-9\u00aa\u00b5\u00ba\u00c0-\u058f\u10a0-\u10ff\u1c80-\u1fff\u2c60-\u2dff\ua640-\ua7ff\uab30-\uab6f"
# Not in foo@bar.example, @name@elsewhere.social or @name.elsewhere.social; but in _@name_.
MENTION = re.compile(rf"(?<![@＠{LETTERS}])(?<![{LETTERS}]_)[@＠]([A-Za-z0-9_]++)(?![{LETTERS}]|[@＠]\w|\.[a-z0-9])")
PATH = re.compile(r"\w\.\w[^\s@＠]*/$")  # medium.example/@name
LONGEST_PATH = 100

LINK = '<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>'
# The style sheet truncates this one at its end, so that the host stays visible.
LONG_LINK = '<a class="long" href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>'
MENTION_LINK = '<a href="{}" dir="ltr">{}</a>'
LONG_ADDRESS = 40  # characters
LONG_HOST = 24  # characters, including the scheme

MAX_MENTIONS = 20  # different people; names of others are text

BATCH_SIZE = 500


def render(body):
    """Render `body` as HTML. Mentions of active people become links (two queries in all)."""
    return render_all([body])[0]


def render_all(bodies):
    """Render each of `bodies` like `render`, with two queries for everybody mentioned in them."""
    texts = [list(segments(body)) for body in bodies]
    people = _people_named({name for text in texts for segment in text for name in segment.names})
    return [_html(text, people) for text in texts]


def _html(segments, people):
    mentioned = dict.fromkeys(person for segment in segments if (person := people.get(segment.name_in(people))))
    linked = set(islice(mentioned, MAX_MENTIONS))
    people = {name: person for name, person in people.items() if person in linked}
    return "".join(segment.html(people) for segment in segments)


class Segment(NamedTuple):
    """Part of a body as typed, with the URL it links to or the user name it mentions."""

    text: str
    url: str = ""
    username: str = ""

    @property
    def names(self):
        """The user names this may mention: as typed, and without `_` at the end, as in _@name_."""
        return dict.fromkeys(filter(None, (self.username.lower(), self.username.lower().rstrip("_"))))

    def name_in(self, people):
        """The user name that this mentions, in lower case, if it is one of `people`; else None."""
        return next(filter(people.get, self.names), None)

    def html(self, people):
        if self.url:
            return format_html(LONG_LINK if _may_be_cut_short(self.text) else LINK, self.url, limit_marks(self.text))
        if name := self.name_in(people):
            url, end = reverse("profile", args=[people[name]]), 1 + len(name)
            return format_html(MENTION_LINK, url, self.text[:end]) + escape(self.text[end:])
        return escape(shown(self.text))


def segments(body):
    """Split `body` into `Segment`s, in order; joined, they give back what was typed."""
    position = 0
    for start, end, url in addresses(body):
        yield from _text_and_mentions(body, position, start)
        yield Segment(body[start:end], url=url)
        position = end
    yield from _text_and_mentions(body, position, len(body))


def _text_and_mentions(body, position, end):
    for mention in MENTION.finditer(body, position, end):
        if PATH.search(body, max(position, mention.start() - LONGEST_PATH), mention.start()):
            continue
        yield Segment(body[position : mention.start()])
        yield Segment(mention[0], username=mention[1])
        position = mention.end()
    yield Segment(body[position:end])


def _may_be_cut_short(address):
    return len(address) > LONG_ADDRESS and len(AUTHORITY.match(address)[0]) <= LONG_HOST


def _people_named(names):
    """Canonical user names of active people, keyed by their current and former names in lower case."""
    people = {}
    for batch in batched(sorted(names), BATCH_SIZE):
        former = FormerUsername.objects.held().named(*batch).filter(user__is_active=True)
        people |= dict(former.values_list("username__lower", "user__username"))
        people |= dict(User.objects.active().named(*batch).values_list("username__lower", "username"))
    return people
