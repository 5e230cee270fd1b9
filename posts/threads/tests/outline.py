"""The page of a post, as tests read it."""

import re
from typing import NamedTuple

MARKS = re.compile(
    r'<article [^>]*\bid="post-(?P<pk>\d+)".*?<div class="post-body"[^>]*>(?P<text>[^<]*)</div>'
    r'|<article class="(?P<place>post post-place)">'
    r'|<(?:section|div) class="(?:thread-line )?(?P<part>thread-(?:above|post|continuation|replies|branch))"',
    re.DOTALL,
)
PARTS = {
    "thread-above": "above",
    "thread-post": "post",
    "thread-continuation": "continuation",
    "thread-replies": "branches",
}
LINK = re.compile(r'<p class="thread-more"><a [^>]*?href="([^"]*)"')
NEXT = re.compile(r'rel="next" href="([^"]*)"')


class Outline(NamedTuple):
    """The texts of posts; None is an unnamed place. A branch is a reply with its replies."""

    above: list
    post: str
    continuation: list
    branches: list
    more: list  # links to posts that are not shown
    next: str | None


def read(client, post):
    """The page of `post`, or at this URL."""
    response = client.get(post if isinstance(post, str) else post.get_absolute_url())
    assert response.status_code == 200
    page = response.text
    found = {"above": [], "post": [], "continuation": [], "branches": []}
    ids, target = [], found["branches"]
    for mark in MARKS.finditer(page):
        match mark["part"]:
            case None:
                ids += [mark["pk"]] if mark["pk"] else []
                target.append(mark["text"])
            case "thread-branch":
                target = []
                found["branches"].append(target)
            case part:
                target = found[PARTS[part]]
    assert len(ids) == len(set(ids))
    [found["post"]] = found["post"]
    following = NEXT.search(page)
    return Outline(**found, more=LINK.findall(page), next=following and following[1])
