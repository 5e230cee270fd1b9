import threading
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
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
from posts.translation.offers import may_be_sent

from .provider import Provider

CALLS_AT_ONCE = 2  # per process, so that its other threads keep serving pages
CLAIM_LASTS = timedelta(seconds=30)  # much longer than the timeout of a service
REFUSAL_LASTS = timedelta(days=1)  # the operator may have added the language by then

_slots = threading.BoundedSemaphore(CALLS_AT_ONCE)


class Reason(models.TextChoices):
    """Why a reader gets no translation."""

    UNDER_WAY = "under-way", _("This post is being translated.")
    NOT_KEPT = "not-kept", _("Log in to translate this post.")
    UNCONFIRMED = "unconfirmed", _("Confirm your e-mail address first: open the link in the e-mail we sent you.")
    NOT_SET_UP = "not-set-up", _("Translation isn't set up on this site.")
    PRIVATE = "private", _("Posts for followers only aren't sent to the translation service of this site.")
    REFUSED = "refused", _("This post can't be translated into your language.")
    TRY_LATER = "try-later", _("The translation service isn't responding right now.")
    PERSON = "person", _("You've used up your translations for now.")
    SITE = "site", _("This site has used up its translations for now.")


class Untranslated(Exception):  # noqa: N818, not an error in anybody's code
    """No translation is available, or not yet; as text, the sentence that tells the reader so."""

    def __init__(self, reason, retry_after=None):
        super().__init__(reason, retry_after)
        self.kind = reason
        self.retry_after = retry_after  # seconds

    def __str__(self):
        sentence = str(self.kind.label)
        return f"{sentence} {rate_limits.advice(self.retry_after)}" if self.retry_after else sentence


class TranslationQuerySet(models.QuerySet):
    def of(self, post, language):
        """The translation of the current text of `post`, if any; it may be in progress or refused by the service."""
        return self.filter(post=post, language=language, digest=post.digest)

    def ready(self):
        """Finished translations of current texts."""
        return self.filter(digest=F("post__digest"), made_at__isnull=False).exclude(body="")

    def stale(self):
        """Translations of texts that have been edited since."""
        return self.exclude(digest=F("post__digest"))

    def kept(self, post, language):
        """The stored translation or None. Raises `Untranslated` if it is in progress or was refused."""
        translation = self.of(post, language).first()
        if translation is None or translation.is_void:
            return None
        if not translation.made_at:
            raise Untranslated(Reason.UNDER_WAY)
        if not translation.body:
            raise Untranslated(Reason.REFUSED)
        return translation

    def give(self, post, language, reader):
        """`post` in `language` for `reader`: the stored translation, or a new one from the service, stored for all
        readers.

        Raises `Untranslated`. Do not call this inside a transaction, which would stay open while waiting for the
        service.
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
        """The service to use. Raises `Untranslated` if it would be of no use, or if this reader may not use it."""
        if languages.primary(post.language) == languages.primary(language):
            raise Untranslated(Reason.REFUSED)
        if reader.is_anonymous:
            raise Untranslated(Reason.NOT_KEPT)
        if not may_write(reader):
            raise Untranslated(Reason.UNCONFIRMED)
        service = services.service()
        if service is None:
            raise Untranslated(Reason.NOT_SET_UP)
        if not may_be_sent(post):
            raise Untranslated(Reason.PRIVATE)
        if not service.can_translate(post.language, language) or not service.cost(post.body):
            raise Untranslated(Reason.REFUSED)
        if provider := Provider.objects.paused(service.name):
            reason = Reason.NOT_SET_UP if provider.is_refused else Reason.TRY_LATER
            raise Untranslated(reason, None if provider.is_refused else provider.seconds_left)
        return service

    def _make(self, service, post, language, reader):
        if claim := self.claim(post, language, service):
            with claim.given_up_on_failure(), _charged(reader, service.cost(post.body)):
                answer = Provider.objects.ask(service, post, language)
            claim.keep(answer)
        if translation := self.kept(post, language):
            return translation
        raise Untranslated(Reason.UNDER_WAY)  # or soon: the post was edited, or the translation deleted

    @transaction.atomic
    def claim(self, post, language, service):
        """Claim the translation, by its row; None if another reader holds the claim, or if the post has changed."""
        # Locked, so that no edit happens in between, and only one of many simultaneous requests gets the claim.
        present = Post.objects.select_for_update(no_key=True).filter(pk=post.pk, digest=post.digest)
        if not present.values_list("pk").first():
            return None
        claim = self.of(post, language).first()
        if claim is None:
            return self.create(post=post, language=language, digest=post.digest, provider=service.name)
        if not claim.is_void:
            return None
        claim.claimed_at, claim.made_at, claim.provider = timezone.now(), None, service.name
        claim.save(update_fields=["claimed_at", "made_at", "provider"])
        return claim


@contextmanager
def _charged(reader, characters):
    """Charge `characters` to the limits of the reader and the site; refunded on failure."""
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
    """The translation of a post's text into one language, requested once for all readers.

    The row is created before the text: whoever creates it, with `made_at` empty, holds the claim and asks the service.
    With `made_at` but without a text, the service refused to translate it; that is void after `REFUSAL_LASTS`, and once
    another service is in use.
    """

    post = models.ForeignKey(
        Post, models.DB_CASCADE, related_name="translations", db_index=False, verbose_name=_("post")
    )
    language = models.CharField(_("language"), max_length=35)
    digest = models.BigIntegerField(editable=False)  # of the translated text: `Post.digest`
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
        return f"#{self.post_id} ({self.language})"  # the log keeps this, and must not keep anybody's words

    @property
    def safe_html(self):
        """The translated text as HTML with links, rendered by `markup.render`, which escapes the service's answer."""
        return mark_safe(self.html)  # noqa: S308

    @property
    def service_title(self):
        return services.title(self.provider)

    @property
    def is_void(self):
        """Whether the refusal is void, or the claim: the process that held it may have been killed."""
        if self.made_at is None:
            return self.claimed_at <= timezone.now() - CLAIM_LASTS
        is_old = self.made_at <= timezone.now() - REFUSAL_LASTS
        return not self.body and (is_old or self.provider != settings.TRANSLATOR.strip().lower())

    def keep(self, answer):
        """Store the answer for all readers. Returns False if the post was edited in the meantime."""
        if languages.primary(answer.source) == languages.primary(self.language):
            return self.refuse()
        return self._finish(body=answer.text, html=markup.render(answer.text), source=answer.source)

    def refuse(self):
        """Store that the service cannot translate this text, so that nobody asks again soon."""
        return self._finish(body="", html="")

    def _finish(self, **made):
        return bool(self._mine.filter(post__digest=self.digest).update(made_at=timezone.now(), **made))

    @contextmanager
    def given_up_on_failure(self):
        """Release the claim on failure so the next reader can retry; store a refusal."""
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
        """This row, unless another reader has taken over the claim."""
        return Translation.objects.filter(pk=self.pk, claimed_at=self.claimed_at, made_at=None)
