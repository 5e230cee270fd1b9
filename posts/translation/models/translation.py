import threading
from contextlib import contextmanager
from datetime import timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import markup
from accounts.access import may_write
from microblog_site import languages
from microblog_site.limits import rate_limits
from posts.models.post import Post
from posts.translation import services

from .provider import Provider

CALLS_AT_ONCE = 2  # of a process, so that the others of its threads go on serving pages
CLAIM_LASTS = timedelta(seconds=30)  # much longer than a service is waited for

_slots = threading.BoundedSemaphore(CALLS_AT_ONCE)


class Reason(models.TextChoices):
    """Why a reader gets no translation."""

    UNDER_WAY = "under-way", _("This post is being translated.")
    NOT_KEPT = "not-kept", _("Log in to translate this post.")
    UNCONFIRMED = "unconfirmed", _("Confirm your e-mail address first: open the link in the e-mail we sent you.")
    NOT_SET_UP = "not-set-up", _("Translation isn't set up on this site.")
    REFUSED = "refused", _("This post can't be translated into your language.")
    TRY_LATER = "try-later", _("The translation service isn't responding right now.")
    PERSON = "person", _("You've used up your translations for now.")
    SITE = "site", _("This site has used up its translations for now.")


class Untranslated(Exception):  # noqa: N818, it is no fault of anybody's code
    """There is no translation, or not yet; as text, the sentence that says so to the reader."""

    def __init__(self, reason, retry_after=None):
        super().__init__(reason, retry_after)
        self.kind = reason
        self.retry_after = retry_after  # seconds

    def __str__(self):
        sentence = str(self.kind.label)
        return f"{sentence} {rate_limits.advice(self.retry_after)}" if self.retry_after else sentence


class TranslationQuerySet(models.QuerySet):
    def of(self, post, language):
        """That of what `post` says now, one or none; it may be under way, or refused by the service."""
        return self.filter(post=post, language=language, digest=post.digest)

    def ready(self):
        """Those that can be read, of what the posts say now."""
        return self.filter(digest=F("post__digest"), made_at__isnull=False).exclude(body="")

    def stale(self):
        """Those of what posts said before they were edited."""
        return self.exclude(digest=F("post__digest"))

    def kept(self, post, language):
        """The translation if there is one, or None. Raises `Untranslated` where it is under way or was refused."""
        translation = self.of(post, language).first()
        if translation is None or translation.is_abandoned:
            return None
        if not translation.made_at:
            raise Untranslated(Reason.UNDER_WAY)
        if not translation.body:
            raise Untranslated(Reason.REFUSED)
        return translation

    def give(self, post, language, reader):
        """`post` in `language` for `reader`: what is kept, or what a service makes of it now, once for all readers.

        Raises `Untranslated`. Not inside a transaction, which would be open while the service is waited for.
        """
        if translation := self.kept(post, language):
            return translation
        service = self._service_for(post, language, reader)
        if not _slots.acquire(blocking=False):
            raise Untranslated(Reason.UNDER_WAY)
        try:
            return self._make(service, post, language, reader)
        finally:
            _slots.release()

    def _service_for(self, post, language, reader):
        """Raises `Untranslated` where asking is of no use, or not for this reader."""
        if languages.primary(post.language) == languages.primary(language):
            raise Untranslated(Reason.REFUSED)
        if reader.is_anonymous:
            raise Untranslated(Reason.NOT_KEPT)
        if not may_write(reader):
            raise Untranslated(Reason.UNCONFIRMED)
        service = services.service()
        if service is None:
            raise Untranslated(Reason.NOT_SET_UP)
        if not service.can_translate(post.language, language) or not service.cost(post.body):
            raise Untranslated(Reason.REFUSED)
        if seconds := Provider.objects.seconds_left(service.name):
            raise Untranslated(Reason.TRY_LATER, seconds)
        return service

    def _make(self, service, post, language, reader):
        if claim := self.claim(post, language, service):
            with claim.given_up_on_failure(), _charged(reader, service.cost(post.body)):
                answer = Provider.objects.ask(service, post, language)
            claim.keep(answer)
        if translation := self.kept(post, language):
            return translation
        raise Untranslated(Reason.UNDER_WAY)  # or soon: the post has been edited, or this one thrown away

    @transaction.atomic
    def claim(self, post, language, service):
        """The row of the one who is to ask the service; None where another does already, or the post has changed."""
        # Locked, so that no edit slips in between, and of many at the same moment one is first.
        present = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, digest=post.digest)
        if not present.values_list("pk").first():
            return None
        claim = self.of(post, language).first()
        if claim is None:
            return self.create(post=post, language=language, digest=post.digest, provider=service.name)
        if not claim.is_abandoned:
            return None
        claim.claimed_at, claim.provider = timezone.now(), service.name
        claim.save(update_fields=["claimed_at", "provider"])
        return claim


@contextmanager
def _charged(reader, characters):
    """Count `characters` for the reader and for the site; given back where they came to nothing."""
    try:
        rate_limits.hit("translate", amount=characters, person=reader, site="")
    except rate_limits.RateLimitExceeded as refusal:
        raise Untranslated(Reason(refusal.kind), refusal.retry_after) from None
    try:
        yield
    except BaseException:
        rate_limits.refund("translate", amount=characters, person=reader, site="")
        raise


class Translation(models.Model):
    """What a service made of the text of a post in one language; asked for once, for all readers.

    The row comes before the text: the one who puts it in, with `made_at` empty, asks. With `made_at` and without a
    text, the service refused to translate it.
    """

    post = models.ForeignKey(
        Post, models.DB_CASCADE, related_name="translations", db_index=False, verbose_name=_("post")
    )
    language = models.CharField(_("language"), max_length=35)
    digest = models.BigIntegerField(editable=False)  # of what was translated: `Post.digest`
    source = models.CharField(_("translated from"), max_length=35, blank=True)
    provider = models.CharField(_("service"), max_length=20)
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True, editable=False)
    claimed_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(_("translated at"), null=True, editable=False)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [models.UniqueConstraint(fields=["post", "language", "digest"], name="translation_once_per_text")]

    def __str__(self):
        return f"#{self.post_id} ({self.language})"  # the log keeps it, and no words of those who have left

    @property
    def safe_html(self):
        """The translated text as HTML, with links; made by `markup.render`, which escapes what the service sent."""
        return mark_safe(self.html)  # noqa: S308

    @property
    def service_title(self):
        return services.title(self.provider)

    @property
    def is_abandoned(self):
        """Whether nothing has come of it for too long: the process that asked may have been killed."""
        return self.made_at is None and self.claimed_at <= timezone.now() - CLAIM_LASTS

    def keep(self, answer):
        """Keep what the service gave, for all readers. Whether it was still wanted: not once the post was edited."""
        if languages.primary(answer.source) == languages.primary(self.language):
            return self.refuse()
        return self._finish(body=answer.text, html=markup.render(answer.text), source=answer.source)

    def refuse(self):
        """Keep that the service cannot translate this, so that nobody asks again."""
        return self._finish(body="", html="")

    def _finish(self, **made):
        return bool(self._mine.filter(post__digest=self.digest).update(made_at=timezone.now(), **made))

    @contextmanager
    def given_up_on_failure(self):
        """Leave the translation to the next reader where the service fails; or to none, where it refuses the text."""
        try:
            yield
        except services.Refused:
            self.refuse()
            raise Untranslated(Reason.REFUSED) from None
        except BaseException as error:
            self._mine.delete()
            if isinstance(error, services.NotSetUp):
                raise Untranslated(Reason.NOT_SET_UP) from None
            if isinstance(error, services.TryLater):
                raise Untranslated(Reason.TRY_LATER, Provider.objects.seconds_left(self.provider)) from None
            raise

    @property
    def _mine(self):
        """This row, as long as nobody else has taken it over."""
        return Translation.objects.filter(pk=self.pk, claimed_at=self.claimed_at, made_at=None)
