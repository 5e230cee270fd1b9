from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.fields import person_field
from microblog_site import ceilings

MOST = 50  # of a person


class TooManyDrafts(Exception):  # noqa: N818, not an error in anybody's code
    """`MOST` other drafts of the person are kept."""


class DraftQuerySet(models.QuerySet):
    @transaction.atomic
    def keep(self, author, pk=None, *, submission=None, **written):
        """Renew the draft `pk` of `author`, or the one made with the same `submission` (a UUID created with the form);
        keep another one if they have none such. Raises `TooManyDrafts`.
        """
        mine = self.filter(author=author)
        # The person is locked, so that of several at once each counts the others.
        get_user_model().objects.select_for_update(no_key=True).get(pk=author.pk)
        draft = mine.filter(pk=pk).first() or (submission and mine.filter(submission=submission).first())
        if draft is None and mine.count() >= MOST:
            raise TooManyDrafts
        draft = draft or self.model(author=author, submission=submission)
        for name, value in written.items():
            setattr(draft, name, value)
        draft.save()
        return draft


class Draft(models.Model):
    """A post, or several that form a thread, which somebody has not published yet; nobody else sees it."""

    author = person_field(_("author"), "drafts", db_index=False)
    texts = models.JSONField()  # of the posts, in order
    content_warning = models.CharField(max_length=ceilings.CONTENT_WARNING, blank=True)
    language = models.CharField(max_length=35, blank=True)
    visibility = models.CharField(max_length=9, choices=User.Visibility, blank=True)
    # Numbers and no keys: what answered a post that is gone must not be published as if it answered none.
    in_reply_to = models.PositiveBigIntegerField(null=True)
    quote = models.PositiveBigIntegerField(null=True)
    submission = models.UUIDField(null=True, editable=False)  # of the post, too, so that it is published once
    saved_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["author", "submission"], name="draft_once_per_submission")]
        indexes = [models.Index(fields=["author", "-saved_at"], name="draft_by_author")]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self):
        return f"{self.author_id}, {self.saved_at}"
