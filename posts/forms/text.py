from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import access
from microblog_site import ceilings, text
from microblog_site.forms import LimitedForm, PlainTextField
from posts.translation.detection import LANGUAGES

LANGUAGES_ON_TOP = 5  # most recently used by the author


def text_field(placeholder, **options):
    widget = forms.Textarea({"rows": 3, "dir": "auto", "placeholder": placeholder})
    return PlainTextField(label=_("Your post"), limit="POST_MAX_LENGTH", widget=widget, **options)


class TextForm(LimitedForm):
    """What can be written, and later edited."""

    body = text_field(_("What's new?"))
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
