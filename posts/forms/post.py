from functools import cached_property
from uuid import uuid4, uuid5

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from microblog_site import text
from microblog_site.paging import row_id
from posts.models import Draft, Gone, Post
from posts.rendering.shared import edition
from social.models import Block, Follow

from .text import TextForm, text_field

TEXTS = ("body", *(f"body_{number}" for number in range(2, 11)))  # the fields for the texts of a thread, in order
QUESTIONS = {"in_reply_to": _("Write your reply"), "quote": _("Say something about it")}
IN_DIALOG = "dialog_%s"  # the ids of fields in the dialog over a page, which may have a form of its own


class SentBefore(Exception):  # noqa: N818, not an error in anybody's code
    """The form was sent before, with other texts than now, or what it published was deleted since. `posts` are those
    at its beginning that are still as the form has them.
    """

    def __init__(self, posts):
        super().__init__(posts)
        self.posts = posts


class SubmissionField(forms.UUIDField):
    """A UUID created with the form, so that a double submission is noticed; a malformed one counts as a new one."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value) or uuid4()
        except ValidationError:
            return uuid4()


class PostForm(TextForm):
    """A post by `author`, which may answer or quote another one, or several posts that form a thread."""

    visibility = forms.ChoiceField(label=_("Who can read it"), choices=User.Visibility, required=False)
    in_reply_to = forms.Field(widget=forms.HiddenInput, required=False)
    quote = forms.Field(widget=forms.HiddenInput, required=False)
    draft = forms.Field(widget=forms.HiddenInput, required=False)
    submission = SubmissionField(required=False, initial=uuid4)

    sent = None  # the post, if what it answered or quoted is gone since, and the form is sent again

    def __init__(self, author, *args, **kwargs):
        super().__init__(author, *args, **kwargs)
        self.fields["visibility"].initial = author.default_visibility
        self.fields |= {name: text_field(_("Continue your thread"), required=False) for name in TEXTS[1:]}
        # The first may be empty if another isn't.
        self.fields["body"].required = all(text.is_blank(self.data.get(name) or "") for name in self.further)
        about = self.data or self.initial  # a value that is asked for here stays what it is
        if asked := next((words for name, words in QUESTIONS.items() if about.get(name)), None):
            self.fields["body"].widget.attrs["placeholder"] = asked

    @classmethod
    def about(cls, author, *, in_reply_to="", quote="", **more):
        """An empty form to answer or quote the posts with these ids."""
        return cls(author, initial={"in_reply_to": in_reply_to, "quote": quote} | more)

    @classmethod
    def with_another_text(cls, author, data):
        """The form as it was sent, not validated yet, with an empty text more than it had, if it can have more."""
        form = cls(author, initial={name: value for name, value in data.items() if value or name in TEXTS})
        if form.next_text:
            form.initial[form.next_text] = ""
        return form

    @property
    def further(self):
        """The names of the fields for the texts after the first, as far as there are any."""
        return [name for name in TEXTS[1:] if name in (self.data or self.initial)]

    @property
    def texts(self):
        """The fields of the posts, in order."""
        return [self[name] for name in ("body", *self.further)]

    @property
    def next_text(self):
        """The name of the field for one more; None if that would be too many."""
        last = ["body", *self.further][-1]
        return next(iter(TEXTS[TEXTS.index(last) + 1 :]), None)

    @cached_property
    def answered(self):
        return self._find("in_reply_to")

    @cached_property
    def quoted(self):
        return self._find("quote")

    def _find(self, name):
        """The post that is meant in this field, if the author may read it."""
        pk = row_id(str(self[name].value() or ""))
        return pk and Post.objects.visible_to(self.author).meant_by(pk).select_related("author").first()

    @property
    def is_of_home(self):
        """Whether it is the composer of the home page: for a new post, about no other."""
        return not any(self[name].value() for name in ("in_reply_to", "quote", "draft"))

    def in_dialog(self):
        """Return the form, with the ids it has there."""
        self.auto_id = IN_DIALOG
        return self

    @property
    def is_in_dialog(self):
        return self.auto_id == IN_DIALOG

    @property
    def is_for_followers(self):
        """Whether it can only be so, because it answers a post that is."""
        return bool(self.answered and self.answered.owner_id)

    @property
    def is_untouched(self):
        return not self.is_bound and not self.initial.keys() - {"in_reply_to", "quote"}

    @property
    def look(self):
        """What the HTML of the untouched form depends on, besides the language of the page."""
        shown = (self.used_languages, self.author.default_visibility, bool(self.answered), self.is_for_followers)
        return (edition(), settings.POST_MAX_LENGTH, self.auto_id, bool(self.quoted), *shown)

    @property
    def refusal(self):
        """Why the author may not publish anything, or may not answer or quote these posts; '' if they may."""
        if not access.may_write(self.author):
            return access.unconfirmed.message
        if self["in_reply_to"].value() and not (self.answered and self._is_welcome):
            return _("The post you're replying to isn't available.")
        return _refusal_of_quote(self.quoted, self.author) if self["quote"].value() else ""

    @property
    def _is_welcome(self):
        """Whether the author may go on where only the followers of an owner read, also after their own reply."""
        owner = self.answered.owner_id
        return owner in (None, self.author.pk) or not Block.objects.between(self.author, owner).exists()

    def clean(self):
        super().clean()
        if self.refusal:
            self.sent = self.author.posts.filter(submission=self.cleaned_data["submission"]).first()
            if not self.sent:
                self.add_error("body", self.refusal)

    def publish(self):
        """Return the posts, of which each answers the one before. None, with an error on the form, if it answers or
        quotes a post that was just deleted, or if it was sent before and something differs now.
        """
        try:
            return self._publish()
        except Gone:
            self.add_error("body", _("The post you're replying to or quoting isn't available any more."))
        except SentBefore as before:
            self._go_on_after(before.posts)
            self.add_error("body", _("This form was already sent. Send it again to post this text too."))
        return None

    @transaction.atomic
    def _publish(self):
        """Each text only once, also if the form is sent again."""
        posts = []
        for body in self._written:
            post = self._next_post(posts, body)
            if not self._is_published(post, body):
                raise SentBefore(posts)
            posts.append(post)
        saved = Q(pk=row_id(self.cleaned_data["draft"])) | Q(submission=self.submission_of_draft)
        Draft.objects.filter(saved, author=self.author).delete()
        return posts

    def _next_post(self, posts, body):
        """The post with this text, after those that the form has published so far."""
        shared = {name: self.cleaned_data[name] for name in ("content_warning", "language", "submission")}
        if posts:
            shared["submission"] = uuid5(shared["submission"], str(len(posts)))
            return Post.objects.publish(self.author, body, in_reply_to=posts[-1], **shared)
        about = {"in_reply_to": self.answered, "quote_of": self.quoted, "for_followers": self._is_private}
        return self.sent or Post.objects.publish(self.author, body, **about, **shared)

    @property
    def submission_of_draft(self):
        """For a draft with these texts: with others, as after Back, the form may be saved as another one."""
        return uuid5(self.cleaned_data["submission"], repr(self._written))

    @property
    def _written(self):
        return list(filter(None, map(self.cleaned_data.get, TEXTS)))

    @property
    def _is_private(self):
        if self.sent:
            return bool(self.sent.owner_id)
        visibility = self.cleaned_data["visibility"] or self.author.default_visibility
        return self.is_for_followers or visibility == User.Visibility.FOLLOWERS

    def _is_published(self, post, body):
        is_same = (post.body, post.content_warning) == (body, self.cleaned_data["content_warning"])
        is_for_same = bool(post.owner_id) == self._is_private
        return post.deleted_at is None and is_for_same and (post.edited_at is not None or is_same)

    def _go_on_after(self, posts):
        """Have the form hold what is left after `posts`, as an answer to the last of them, and be a new one."""
        left = zip(TEXTS, self._written[len(posts) :], strict=False)
        about = {"in_reply_to": posts[-1].pk, "quote": ""} if posts else {}
        data = {name: value for name, value in self.data.items() if name not in TEXTS}
        self.data = data | about | {"submission": uuid4()} | dict(left)
        for name in ("answered", "quoted"):
            vars(self).pop(name, None)


def _refusal_of_quote(post, person):
    """Why `person` may not quote this post; '' if they may."""
    if not post:
        return _("The post you're quoting isn't available.")
    if post.owner_id:
        return _("Only public posts can be quoted.")
    policy, whose = post.author.quote_policy, {"username": post.author.username}
    if policy == User.QuotePolicy.EVERYONE or post.author == person:
        return ""
    if policy == User.QuotePolicy.NOBODY:
        return _("@%(username)s doesn't want their posts to be quoted.") % whose
    if Follow.objects.is_following(person, post.author):
        return ""
    return _("Only followers of @%(username)s can quote their posts.") % whose
