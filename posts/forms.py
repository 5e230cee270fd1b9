from functools import cached_property
from uuid import uuid4, uuid5

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from microblog_site import ceilings, text
from microblog_site.forms import LimitedForm, PlainTextField
from microblog_site.paging import row_id
from posts.rendering.shared import edition
from posts.translation.detection import LANGUAGES
from social.models import Block, Follow

from .models import Draft, Gone, Post

LANGUAGES_ON_TOP = 5  # most recently used by the author
QUESTIONS = {"in_reply_to": _("Write your reply"), "quote": _("Say something about it")}
IN_DIALOG = "dialog_%s"  # the ids of fields in the dialog over a page, which may have a form of its own
FURTHER = tuple(f"body_{number}" for number in range(2, 11))  # the texts of a thread after the first


class SubmissionField(forms.UUIDField):
    """A UUID created with the form, so that a double submission is noticed; a malformed one counts as none."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


def _text(placeholder, **options):
    widget = forms.Textarea({"rows": 3, "dir": "auto", "placeholder": placeholder})
    return PlainTextField(label=_("Your post"), limit="POST_MAX_LENGTH", widget=widget, **options)


class TextForm(LimitedForm):
    """What can be written, and later edited."""

    body = _text(_("What's new?"))
    content_warning = PlainTextField(
        label=_("Content warning"),
        help_text=_("Readers see only this until they open the post."),
        limit=ceilings.CONTENT_WARNING,
        widget=forms.TextInput({"dir": "auto"}),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the post"), required=False)

    def __init__(self, author, *args, **kwargs):
        self.author = author
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = self._languages

    @property
    def used_languages(self):
        """Languages the author used recently, which are offered first."""
        return [tag for tag in dict.fromkeys(self.author.written_languages) if tag in LANGUAGES][:LANGUAGES_ON_TOP]

    def _languages(self):
        tags = dict.fromkeys([*self.used_languages, *LANGUAGES])
        return [("", _("Detect language")), *((tag, LANGUAGES[tag]) for tag in tags)]

    def clean_content_warning(self):
        return text.one_line(self.cleaned_data["content_warning"])

    def clean(self):
        if not access.may_write(self.author):
            raise access.unconfirmed


class EditForm(TextForm):
    @transaction.atomic
    def edit(self, post):
        """Return whether the post still existed. Translations of the former text are deleted."""
        is_there = post.edit(**self.cleaned_data)
        post.translations.stale().delete()
        return is_there


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
        for name in self.further:
            self.fields[name] = _text(_("Write on"), required=False)
        about = self.data or self.initial  # a value that is asked for here stays what it is
        asked = next((words for name, words in QUESTIONS.items() if about.get(name)), None)
        if asked:
            self.fields["body"].widget.attrs["placeholder"] = asked

    @classmethod
    def about(cls, author, *, in_reply_to="", quote="", **more):
        """An empty form to answer or quote the posts with these ids."""
        return cls(author, initial={"in_reply_to": in_reply_to, "quote": quote} | more)

    @property
    def further(self):
        """The names of the fields for the texts after the first, as far as there are any."""
        return [name for name in FURTHER if name in (self.data or self.initial)]

    @property
    def texts(self):
        """The fields of the posts, in order."""
        return [self[name] for name in ("body", *self.further)]

    @property
    def next_text(self):
        """The name of the field for one more; None if that would be too many."""
        return next((name for name in FURTHER if name not in self.fields), None)

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
    def is_about_another(self):
        return bool(self["in_reply_to"].value() or self["quote"].value())

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
        """Why the author may not answer or quote these posts; '' if they may."""
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
            submission = self.cleaned_data.get("submission")
            self.sent = submission and self.author.posts.filter(submission=submission).first()
            if not self.sent:
                self.add_error("body", self.refusal)

    def publish(self):
        """Return the posts, of which each answers the one before. None, with an error on the form, if it answers or
        quotes a post that was just deleted, or if this form was already sent with a different text.
        """
        try:
            with transaction.atomic():
                posts = self._publish()
                is_same = all(map(self._is_published, posts, self._written))
                if is_same:
                    Draft.objects.filter(author=self.author, pk=row_id(self.cleaned_data["draft"])).delete()
        except Gone:
            self.add_error("body", _("The post you're replying to or quoting isn't available any more."))
            return None
        if is_same:
            return posts
        self.data = self.data.copy()
        self.data["submission"] = uuid4()
        self.add_error("body", _("This form was already sent with another text. Send it again to post this one too."))
        return None

    def _publish(self):
        """Each only once, also if the form is sent again."""
        shared = {name: self.cleaned_data[name] for name in ("content_warning", "language")}
        visibility = self.cleaned_data["visibility"] or self.author.default_visibility
        shared["for_followers"] = visibility == User.Visibility.FOLLOWERS
        submission, (body, *further) = self.cleaned_data["submission"] or uuid4(), self._written
        about = {"in_reply_to": self.answered, "quote_of": self.quoted, "submission": submission}
        posts = [self.sent or Post.objects.publish(self.author, body, **shared, **about)]
        for body in further:
            about = {"in_reply_to": posts[-1], "submission": uuid5(submission, str(len(posts)))}
            posts.append(Post.objects.publish(self.author, body, **shared, **about))
        return posts

    @property
    def _written(self):
        return [self.cleaned_data["body"], *filter(None, map(self.cleaned_data.get, self.further))]

    def _is_published(self, post, body):
        is_same = (post.body, post.content_warning) == (body, self.cleaned_data["content_warning"])
        return post.edited_at is not None or is_same


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
