from django.conf import settings
from django.db import connections, models
from django.db.models import Case, F, When
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from . import markdown, pages


class PageQuerySet(models.QuerySet):
    def for_reader(self, name, language):
        """The page `name` for who reads `language`: the operator's in that one, in the site's, or in any they wrote.

        Where there is none, what the site itself has to say, in the reader's language.
        """
        nearness = Case(When(language=language, then=0), When(language=settings.LANGUAGE_CODE, then=1), default=2)
        written = self.filter(name=name).order_by(nearness, "pk").first()
        return written or self.model.built_in(name, language)


class Page(models.Model):
    """What the operator says about the site on one of its fixed pages, in one language."""

    class Name(models.TextChoices):
        ABOUT = "about", _("About")
        RULES = "rules", _("Rules")
        PRIVACY = "privacy", _("Privacy")
        CONTACT = "contact", _("Contact")

    name = models.CharField(_("page"), max_length=20, choices=Name)
    language = models.CharField(_("language"), max_length=35)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="page_once_per_language")]

    def __str__(self):
        return f"{self.get_name_display()} ({self.language})"

    def get_absolute_url(self):
        return reverse(self.name)

    @classmethod
    def built_in(cls, name, language):
        """The page as it is until the operator writes their own; not in the database."""
        return cls(name=name, language=language, body=pages.built_in(name, language))

    @property
    def html(self):
        return markdown.to_html(self.body)

    @property
    def summary(self):
        """Its first paragraph, without the markup."""
        return markdown.first_paragraph(self.html)

    @property
    def direction(self):
        """How its language is written: `ltr` or `rtl`."""
        with translation.override(self.language):
            return "rtl" if translation.get_language_bidi() else "ltr"


class CountQuerySet(models.QuerySet):
    def add(self, key, most, period, by=1):
        """Count `by` more under `key`, in a window that lasts `period` seconds from its first. Returns whether it fits:
        what would make more than `most` is not counted.

        It is a single statement: of many at the same moment none is lost, and no more get in than fit.
        """
        if by > most:
            return False
        now = _now()
        with connections[self.db].cursor() as cursor:
            cursor.execute(self.ADD, [key, by, now + period, now, now, now, most])
            return cursor.fetchone() is not None

    ADD = """
        INSERT INTO microblog_site_count AS present ("key", number, until) VALUES (%s, %s, %s)
        ON CONFLICT ("key") DO UPDATE SET
            number = CASE WHEN present.until <= %s THEN excluded.number ELSE present.number + excluded.number END,
            until = CASE WHEN present.until <= %s THEN excluded.until ELSE present.until END
        WHERE present.until <= %s OR present.number + excluded.number <= %s
        RETURNING number
    """

    def seconds_left(self, key, period):
        """Until counting under `key` begins anew; `period` where nothing is counted yet."""
        count = self.filter(pk=key, until__gt=_now()).first()
        return count.seconds_left if count else period

    def reached(self, key, number):
        """The count under `key`, if it is at least `number` and its window is still open."""
        return self.filter(pk=key, number__gte=number, until__gt=_now()).first()

    def take_off(self, key, by=1):
        """Count `by` less under `key`, if its window is still open."""
        self.filter(pk=key, number__gte=by, until__gt=_now()).update(number=F("number") - by)

    def expired(self):
        """Counts whose window has passed."""
        return self.filter(until__lte=_now())


class Count(models.Model):
    """How often somebody did something lately (see `limits`)."""

    key = models.CharField(max_length=100, primary_key=True)
    number = models.PositiveIntegerField()
    until = models.BigIntegerField(db_index=True)  # seconds since 1970, when counting begins anew

    objects = CountQuerySet.as_manager()

    def __str__(self):
        return f"{self.key}: {self.number}"

    @property
    def seconds_left(self):
        return max(self.until - _now(), 1)


def _now():
    return int(timezone.now().timestamp())
