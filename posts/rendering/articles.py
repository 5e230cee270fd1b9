"""Posts as HTML: the parts that readers share (`shared`), combined with what differs from reader to reader."""

from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from posts.translation.offers import is_offered, may_be_sent

from . import actions, shared
from .names import names
from .summary import summaries


def render(posts, reader, *, focus=None, **opened):
    """Render post summaries as `reader`, possibly logged out, sees them: the only way in which pages and scripts get
    posts.

    `focus` is the id of the post that the page is about, if any. `opened` may hold a `translation` to show, or the
    `message` that explains why there is none.
    """
    return mark_safe("".join(each(posts, reader, focus=focus, **opened).values()))  # noqa: S308, from templates


def each(posts, reader, *, focus=None, **opened):
    """Like `render`, by id."""
    page = _Page(posts, reader, focus)
    shown = [post for post in posts if (post.pk, page.look(post)) in page.parts]
    return {post.pk: mark_safe(page.article(post, opened)) for post in shown}  # noqa: S308, from templates


def cards(posts):
    """Post summaries as they look inside a post that quotes them: without ids and acts."""
    parts = shared.parts({(post.pk, "quoted"): post for post in posts})
    return mark_safe("".join(part["quote"] for part in parts.values()))  # noqa: S308, from templates


def action_row(post, reader):
    """The row of actions below a post, given its summary."""
    quoted = summaries([post.quote_of_id], reader).get(post.quote_of_id) if post.quote_of_id else None
    return mark_safe(actions.row(post, reader.pk, quoted))  # noqa: S308, it comes from a template


class _Page:
    """What the articles of one page need, fetched at once."""

    def __init__(self, posts, reader, focus):
        self.reader_id, self.focus = reader.pk, focus
        self.others = {post.pk: post for post in posts}
        pks = {pk for post in posts for pk in (post.quote_of_id, _answered(post)) if pk}
        self.others |= summaries(pks - self.others.keys(), reader)
        looks = {(post.pk, self.look(post)): post for post in posts}
        looks |= {(pk, "quoted"): self.others[pk] for post in posts if (pk := post.quote_of_id) in self.others}
        self.parts = shared.parts(looks)
        self.names = names({post.actor_id for post in posts if post.is_repost}, reader)
        self.offered = {language: is_offered(language, reader) for language in {post.language for post in posts}}

    def look(self, post):
        return "focused" if post.pk == self.focus else "listed"

    def article(self, post, opened):
        parts = self.parts[post.pk, self.look(post)]
        body = parts["body"] + (parts.get("offer", "") if self._is_offered(post) else "")
        if opened and self.focus in (None, post.pk):
            body = render_to_string("posts/_opened.html", {"body": mark_safe(body), **opened})  # noqa: S308, parts of templates
        around = (self._tag(post), self._reposted(post), parts["head"], self._answers(post))
        row = actions.row(post, self.reader_id, self.others.get(post.quote_of_id))
        return "".join((*around, body, self._quote(post), row, "</article>"))

    def _tag(self, post):
        """The start of the element; no text goes into it."""
        focused = ' aria-current="true"' if post.pk == self.focus else ""
        act = f' data-act="{post.act}"' if post.is_repost else ""
        css = "post is-focused" if focused else "post"
        return f'<article class="{css}" id="post-{post.pk}"{act}{focused} aria-labelledby="post-{post.pk}-author">\n'

    def _is_offered(self, post):
        if post.author_id == self.reader_id or not self.offered[post.language] or not may_be_sent(post):
            return False
        return self.reader_id is not None or post.has_translation

    def _reposted(self, post):
        person = self.names.get(post.actor_id) if post.is_repost else None
        return _over("reposted", person=person, is_own=person.pk == self.reader_id) if person else ""

    def _answers(self, post):
        if not _answered(post):
            return ""
        answered = self.others.get(post.in_reply_to_id)
        return _over("answers", person=answered and answered.author, pk=post.in_reply_to_id)

    def _quote(self, post):
        if not post.is_quote:
            return ""
        quote = self.parts.get((post.quote_of_id, "quoted"))
        return quote["quote"] if quote else _over("gone")


def _answered(post):
    """The id of what a post answers, unless that is by the same person."""
    return post.in_reply_to_id if post.other_author_id not in (None, post.author_id) else None


def _over(part, **shown):
    return shared.template(f"posts/_post_context.html#{part}").render(Context(shown, use_l10n=False))
