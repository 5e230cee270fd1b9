from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from microblog_site.forms import LimitedForm, PlainTextField
from posts.translation.detection import LANGUAGES

from .models import Post

LANGUAGES_ON_TOP = 5  # most recently used by the author


class SubmissionField(forms.UUIDField):
    """A UUID created with the form, so that a double submission is noticed; a malformed one counts as none."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


class PostForm(LimitedForm):
    body = PlainTextField(
        label=_("Your post"),
        limit="POST_MAX_LENGTH",
        widget=forms.Textarea({"rows": 3, "dir": "auto", "placeholder": _("What's new?")}),
    )
    language = forms.ChoiceField(label=_("Language of the post"), required=False)
    submission = SubmissionField(required=False, initial=uuid4)

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

    def clean(self):
        if not access.may_write(self.author):
            raise access.unconfirmed

    def publish(self):
        """Return the post; None, with an error on the form, if this form was already sent with a different text."""
        post = Post.objects.publish(self.author, **self.cleaned_data)
        if post.edited_at or post.body == self.cleaned_data["body"]:
            return post
        self.data = self.data.copy()
        self.data["submission"] = uuid4()
        self.add_error("body", _("This form was already sent with another text. Send it again to post this one too."))
        return None

    @transaction.atomic
    def edit(self, post):
        """Return whether the post still existed. Translations of the former text are deleted."""
        is_there = post.edit(self.cleaned_data["body"], self.cleaned_data["language"])
        post.translations.stale().delete()
        return is_there
