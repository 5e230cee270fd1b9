from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from microblog_site import ceilings
from microblog_site.paging import row_id
from posts.forms import TEXTS, PostForm

from .models import MOST, Draft, TooManyDrafts


class DraftForm(PostForm):
    """The composer, whose texts are saved for later: also what is too long for a post, or can't be sent any more."""

    is_of_home = False

    def full_clean(self):
        self._limit_texts(ceilings.POST)
        super().full_clean()
        self._limit_texts("POST_MAX_LENGTH")  # which the composer shows if it comes back

    def _limit_texts(self, limit):
        for name in TEXTS:
            self.fields[name].limit = limit

    def clean(self):
        """Who may not write, or not about these posts, may still keep what they wrote."""

    def save(self):
        """Return the draft. None, with an error on the form, if there are too many."""
        columns = {
            name: self.cleaned_data[name] for name in ("content_warning", "language", "visibility", "submission")
        }
        about = {"in_reply_to": self._id_of("in_reply_to", self.answered), "quote": self._id_of("quote", self.quoted)}
        pk = row_id(self.cleaned_data["draft"])
        try:
            return Draft.objects.keep(self.author, pk, texts=self._written, **columns, **about)
        except TooManyDrafts:
            self.add_error(None, _("You have %(most)d drafts. Delete one to save another.") % {"most": MOST})
            return None

    def _id_of(self, name, post):
        """0 stands for one that there can't be: the draft must not turn into a post about none."""
        value = self.cleaned_data[name]
        return post.pk if post else (row_id(value) or 0 if value else None)


def to_continue(draft):
    """The composer with what `draft` holds."""
    columns = ("content_warning", "language", "visibility", "in_reply_to", "quote")
    kept = {name: str(value) for name in columns if (value := getattr(draft, name)) not in (None, "")}
    form = PostForm(draft.author, initial={"draft": draft.pk} | kept | dict(zip(TEXTS, draft.texts, strict=False)))
    form.fields["submission"].initial = draft.submission or uuid4
    return form
