import hashlib
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import markup
from microblog_site import ceilings
from posts.translation.detection import detect, remember
from social.models import Block, Follow, Mute

PUBLISHING = 2027  # the number of a lock that nothing else uses

models.TextField.register_lookup(Length)


def digest_of(body, language):
    """Identifies a text in a language: translations are valid for posts with the same digest."""
    digest = hashlib.blake2b(f"{language}\n{body}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _wait_for_turn():
    """Have posts committed in the order of their ids, so that readers who know an id miss none that is lower.

    PostgreSQL gives an id before it commits, and a later post may overtake; SQLite has one writer at a time anyway.
    Called last in the transaction: nobody waits for longer than a commit takes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING])


class PostQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Leave out posts hidden by moderators, and authors who are inactive or blocked either way."""
        active = get_user_model().objects.active().filter(pk=OuterRef("author"))
        return self.filter(Exists(active), Block.objects.none_between(viewer, "author"), hidden=False)

    def without_muted(self, viewer):
        return self.exclude(author__in=Mute.objects.muted_by(viewer))

    def by_followed(self, user):
        """Posts for the home timeline of `user`: their own and those of accounts they follow."""
        followed = Follow.objects.filter(follower=user).values("followed")
        # "+ 0" keeps SQLite from collecting everything these people ever wrote, instead of walking down from the
        # newest.
        return self.alias(writer=F("author_id") + 0).filter(Q(writer=user.pk) | Q(writer__in=followed))

    def beyond(self, cursor):
        """Posts on the far side of `cursor`, a `microblog_site.paging.Cursor`, closest to it first."""
        if cursor.after is not None:
            return self.filter(pk__gt=cursor.after).order_by("pk")
        if cursor.before is not None:
            return self.filter(pk__lt=cursor.before).order_by("-pk")
        return self.order_by("-pk")

    def newest(self):
        """The highest id, hidden posts included; 0 if there are none."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def renew(self):
        """Increment the versions, so that cached HTML is rendered again."""
        return self.update(version=F("version") + 1)

    def publish(self, author, body, language="", submission=None):
        """Write a post; sending the same `submission` (a UUID created with the form) again returns the first post.

        `language` is a BCP 47 tag, or empty to detect it.
        """
        post = self.model(author=author, submission=submission or uuid.uuid4())
        post.write(body, language)
        try:
            with transaction.atomic():
                get_user_model().objects.filter(pk=author.pk).shift(posts_count=1)
                post.learn(post.guess)
                _wait_for_turn()
                post.save(force_insert=True)
        except IntegrityError:
            if first := self.filter(author=author, submission=post.submission).first():
                return first
            raise
        return post


class Post(models.Model):
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="posts", db_index=False, verbose_name=_("author")
    )
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=35, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now, db_default=Now(), editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # of text, language and HTML
    digest = models.BigIntegerField(default=0, db_default=0, editable=False)  # of text and language: `digest_of`
    hidden = models.BooleanField(_("hidden"), default=False, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        permissions = [("moderate_post", "Can hide and show posts")]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="post_has_body"),
            models.CheckConstraint(condition=Q(body__length__lte=ceilings.POST), name="post_body_is_bounded"),
            models.UniqueConstraint(fields=["author", "submission"], name="post_once_per_submission"),
        ]
        indexes = [
            # For profiles and home timelines.
            models.Index(fields=["author", "-id"], condition=Q(hidden=False), name="post_by_author"),
            models.Index(fields=["-id"], condition=Q(hidden=True), name="post_hidden"),  # what moderators hid
        ]

    def __str__(self):
        return self.body if len(self.body) <= 60 else f"{self.body[:59]}…"

    def get_absolute_url(self):
        return reverse("post", args=[self.author.username, self.pk])

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

    def edit(self, body, language=""):
        """Change the text and mark the post as edited. Returns whether it still existed."""
        before = self.language
        self.write(body, language)
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
        """Save the current values, and `also` the given ones if text or language changed. Returns whether the post
        still existed.
        """
        # Locked, so that simultaneous edits get different versions.
        before = Post.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        if before is None:
            return False
        written = {name: getattr(self, name) for name in ("body", "language", "digest", "html")}
        changed = {name: value for name, value in written.items() if getattr(before, name) != value}
        if changed:
            if {"body", "language"} & changed.keys():
                changed |= also
            changed["version"] = before.version + 1
            Post.objects.filter(pk=self.pk).update(**changed)
            vars(self).update(changed)
        return True

    @transaction.atomic
    def delete(self, *args, **kwargs):
        """Delete the post and decrement the counter. Safe to repeat and in a race."""
        locked = Post.objects.select_for_update().filter(pk=self.pk)
        was_hidden = locked.values_list("hidden", flat=True).first()
        deleted = super().delete(*args, **kwargs)
        if was_hidden is False:
            self._shift_count(-1)
        return deleted

    def hide(self):
        """Returns whether this changed anything."""
        return self._set_hidden(True)

    def show(self):
        """Returns whether this changed anything."""
        return self._set_hidden(False)

    @transaction.atomic
    def _set_hidden(self, hidden):
        changed = bool(Post.objects.filter(pk=self.pk).exclude(hidden=hidden).update(hidden=hidden))
        if changed:
            self._shift_count(-1 if hidden else 1)
        self.hidden = hidden
        return changed

    def _shift_count(self, by):
        get_user_model().objects.filter(pk=self.author_id).shift(posts_count=by)
