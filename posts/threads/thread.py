from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.utils.http import urlencode

from posts.rendering import articles
from posts.rendering.summary import summaries

from . import queries

LENGTH = 50  # of what is above the post, and of its author's continuation
CHILDREN = 2  # shown below each reply


class Branch(NamedTuple):
    reply: str
    children: list[str]
    rest: str  # the URL of a page with those not shown; '' if there are none


def thread(post, reader, *, place=None, after=None, **opened):
    """What the page of `post` shows `reader`: the posts above, the author's continuation, and a page of replies.

    The replies are those with ids above `after`; given a `place`, the id of a deleted post in the same conversation,
    those to it. Posts are HTML, '' is an unnamed place. `opened` is as for `articles.render`.
    """
    is_first, size = not (place or after), settings.TIMELINE_PAGE_SIZE
    above = queries.above(post, LENGTH + 1) if is_first else []
    further = queries.continuation(post, reader, LENGTH + 1)
    found = queries.replies(place or post.pk, reader, size + 2, after or 0)
    replies = [pk for pk in found if pk not in further[:1]]
    below = queries.below(replies[:size], reader, CHILDREN, size)
    children = chain(*(children for children, _has_more in below.values()))
    posts = summaries([post.pk, *above, *further, *replies[:size], *children], reader)
    # Of all but the post, it is plain to see what they answer.
    shown = [found if found.pk == post.pk else found._replace(in_reply_to_id=None) for found in posts.values()]
    html = articles.each(shown, reader, focus=post.pk, **opened)
    links = {pk: found.url for pk, found in posts.items()}
    query = ({"place": place} if place else {}) | {"after": replies[:size][-1] if replies else ""}
    return {
        "is_first": is_first,
        "place": place,
        "article": html.get(post.pk),
        "above": [html.get(pk, "") for pk in reversed(above[:LENGTH])],
        "earlier": next((links[pk] for pk in reversed(above[:LENGTH]) if pk in links), "") if above[LENGTH:] else "",
        "continuation": [html[pk] for pk in further[:LENGTH] if is_first and pk in html],
        "rest": links.get(further[LENGTH - 1]) if further[LENGTH:] else "",
        "branches": [_branch(pk, below, html, links) for pk in replies[:size]],
        "next": "?" + urlencode(query) if replies[size:] else "",
    }


def _branch(pk, below, html, links):
    children, has_more = below.get(pk, ([], False))
    rest = links.get(pk, f"?place={pk}") if has_more else ""
    return Branch(html.get(pk, ""), [html.get(child, "") for child in children], rest)
