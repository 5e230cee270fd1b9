import hashlib
import uuid

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import markup
from accounts.models.fields import person_field
from microblog_site import ceilings
from posts.translation.detection import detect, remember

from .counting import count
from .queries import PINS, PostQuerySet

models.TextField.register_lookup(Length)


def digest_of(body, language):
    """Identifies a text in a language: translations are valid for posts with the same digest."""
    digest = hashlib.blake2b(f"{language}\n{body}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _post(related_name, on_delete=models.DO_NOTHING):
    return models.ForeignKey("self", on_delete, related_name=related_name, db_index=False, null=True, editable=False)


def _counter(name):
    return models.PositiveIntegerField(name, default=0, db_default=0, editable=False)


def _index_of_related(field, name):
    return models.Index(fields=[field, "id"], condition=Q(**{f"{field}__isnull": False}), name=name)


class Post(models.Model):
    """What somebody wrote; a repost, which has no text; or the unnamed place of a deleted post that has replies.

    A post that its author deletes is hidden, and erased when `UNDO_TIME` is over.
    """

    author = person_field(_("author"), "posts", db_index=False)
    # Posts with replies are never deleted from the table, which the database makes sure of when a transaction ends.
    in_reply_to = _post("replies")
    conversation = _post("+")  # the post that everything here answers in the end; None for that post
    repost_of = _post("reposts", models.DB_CASCADE)
    quote_of = _post("quotes", models.DB_SET_NULL)
    is_quote = models.BooleanField(default=False, db_default=False, editable=False)  # still, when that post is gone
    other_author = person_field(
        None, "+", db_index=False, null=True, editable=False
    )  # of the post that this answers or reposts
    # Whose followers may read it; None if it is public.
    owner = person_field(None, "+", db_index=False, null=True, editable=False)
    content_warning = models.CharField(
        _("content warning"), max_length=ceilings.CONTENT_WARNING, default="", db_default="", blank=True
    )
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=35, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # of text, language and HTML
    digest = models.BigIntegerField(default=0, db_default=0, editable=False)  # of text and language: `digest_of`
    hidden = models.BooleanField(_("hidden"), default=False, editable=False)  # by moderators, or deleted
    deleted_at = models.DateTimeField(null=True, editable=False)  # of an unnamed place, and of a post soon to be erased
    pinned_at = models.DateTimeField(null=True, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, editable=False)

    replies_count = _counter(_("replies"))  # public, not hidden
    reposts_count = _counter(_("reposts"))
    quotes_count = _counter(_("quotes"))  # public, not hidden
    likes_count = _counter(_("likes"))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("moderate_post", "Can hide and show posts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(~Q(body=""), repost_of=None)
                | Q(Q(repost_of__isnull=False) | Q(deleted_at__isnull=False), body=""),
                name="post_has_text_unless_repost_or_place",
            ),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(hidden=True), name="post_place_is_hidden"),
            models.UniqueConstraint(
                fields=["author", "repost_of"], condition=Q(repost_of__isnull=False), name="repost_once"
            ),
            models.CheckConstraint(condition=Q(body__length__lte=ceilings.POST), name="post_body_is_bounded"),
            models.UniqueConstraint(fields=["author", "submission"], name="post_once_per_submission"),
        ]
        indexes = [
            # For profiles and home timelines.
            models.Index(fields=["author", "-id"], condition=Q(hidden=False), name="post_by_author"),
            models.Index(fields=["-id"], condition=Q(hidden=True), name="post_hidden"),  # what moderators hid
            _index_of_related("in_reply_to", "post_replies"),
            _index_of_related("conversation", "post_conversation"),
            _index_of_related("repost_of", "post_reposts"),
            _index_of_related("quote_of", "post_quotes"),
            models.Index(fields=["author"], condition=Q(pinned_at__isnull=False), name="post_pinned"),
            # What its author continues a post with, and deleted replies: few, of what may be thousands of replies.
            models.Index(
                fields=["in_reply_to", "id"], condition=Q(other_author=F("author")), name="post_continuations"
            ),
            models.Index(fields=["in_reply_to", "id"], condition=Q(deleted_at__isnull=False), name="post_places"),
        ]

    def __str__(self):
        return self.body if len(self.body) <= 60 else f"{self.body[:59]}…"

    def get_absolute_url(self):
        return reverse("post", args=[self.author.username, self.pk])

    @classmethod
    def new(cls, author, *, in_reply_to=None, quote_of=None, for_followers=False, **columns):
        """An unsaved post by `author` that answers or quotes others. An answer has the readers of what it answers, if
        these are an owner's followers.
        """
        post = cls(author=author, quote_of=quote_of, is_quote=bool(quote_of), **columns)
        post.owner = author if for_followers else None
        if in_reply_to:
            post.in_reply_to, post.conversation_id = in_reply_to, in_reply_to.thread_id
            post.other_author_id = in_reply_to.author_id
            post.owner_id = in_reply_to.owner_id or post.owner_id
        return post

    @property
    def thread_id(self):
        """The id of the post that began the conversation."""
        return self.conversation_id or self.pk

    @property
    def safe_html(self):
        """The body as HTML with links, rendered by `markup.render`, which escapes what people typed."""
        return mark_safe(self.html)  # noqa: S308

    def write(self, body, language=""):
        """Set the text and the columns derived from it, without saving."""
        self.body = body
        self.html = markup.render(body)
        self.guess = detect(body, self.author.written_languages)
        self.language = language or self.guess
        self.digest = digest_of(body, self.language)

    def edit(self, body, language="", content_warning=None):
        """Change the text and mark the post as edited; the former text is kept. A content warning of None stays.

        Returns whether the post still existed.
        """
        before = self.language
        self.write(body, language)
        if content_warning is not None:
            self.content_warning = content_warning
        with transaction.atomic():
            is_there = self._replace(edited_at=timezone.now())
            if is_there and language not in ("", before):
                self.learn(before)
        return is_there

    def redetect(self):
        """Detect the language again, without marking the post as edited. Returns whether it changed.

        A known language stays if detection is unsure. Only for a locked post.
        """
        before = self.language
        self.language = detect(self.body, self.author.written_languages) or before
        self.digest = digest_of(self.body, self.language)
        return self.language != before and self._replace()

    def learn(self, guess):
        """Teach the author's next detection the language of this post, and what `guess` the detection had made."""
        written = remember(self.author.written_languages, self.language, guess)
        get_user_model().objects.filter(pk=self.author_id).update(written_languages=written)
        self.author.written_languages = written

    @transaction.atomic
    def _replace(self, **also):
        """Save the current values, and `also` the given ones if the text or its warning changed. Returns whether the
        post still existed.
        """
        # Locked, so that simultaneous edits get different versions.
        before = Post.objects.select_for_update(no_key=True).filter(pk=self.pk, deleted_at=None).first()
        if before is None:
            return False
        written = {name: getattr(self, name) for name in ("body", "content_warning", "language", "digest", "html")}
        changed = {name: value for name, value in written.items() if getattr(before, name) != value}
        if changed:
            if {"body", "content_warning"} & changed.keys():
                before.versions.keep(before)
                changed |= also
            changed["version"] = before.version + 1
            Post.objects.filter(pk=self.pk).update(**changed)
            vars(self).update(changed)
        return True

    def delete(self, *args, **kwargs):
        """Delete the post, as `PostQuerySet.remove` does."""
        deleted = len(Post.objects.filter(pk=self.pk).remove())
        return deleted, {self._meta.label: deleted}

    def emptied(self):
        """The unnamed place that remains of a deleted post with replies: nothing of it but where it was."""
        kept = ("pk", "author_id", "in_reply_to_id", "conversation_id", "other_author_id", "owner_id", "created_at")
        row = {name: getattr(self, name) for name in (*kept, "replies_count")}
        return Post(**row, hidden=True, deleted_at=timezone.now())

    def withdraw(self):
        """Hide a post that its author deletes, for the `UNDO_TIME` in which they can restore it. Returns whether this
        changed anything.
        """
        return self._set_hidden(True, deleted_at=timezone.now())

    @transaction.atomic
    def restore(self):
        """Undo `withdraw`. Returns whether this changed anything."""
        changed = self._set_hidden(False, Post.objects.withdrawn(), deleted_at=None)
        pinned = Post.objects.filter(author=self.author_id, pinned_at__isnull=False)
        if changed and pinned.filter(hidden=False).count() > PINS:
            pinned.filter(pk=self.pk).update(pinned_at=None)
        return changed

    def hide(self):
        """Returns whether this changed anything. Where its author just deleted the post, they can't restore it then."""
        return self._set_hidden(True, pinned_at=None) or Post.objects.withdrawn().filter(pk=self.pk).expire() > 0

    def show(self):
        """Returns whether this changed anything."""
        return self._set_hidden(False)

    @transaction.atomic
    def _set_hidden(self, hidden, among=None, **also):
        """Of a post `among` these, by default those that nobody deleted; `also` has values of other columns."""
        Post.objects.lock(self)
        among = Post.objects.filter(deleted_at=None, repost_of=None) if among is None else among
        changed = bool(among.filter(pk=self.pk).exclude(hidden=hidden).update(hidden=hidden, **also))
        if changed:
            self.refresh_from_db(fields=["quote_of"])  # which may have been taken out since this was read
            count([self], -1 if hidden else 1)
        self.hidden = hidden
        return changed
