from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .validators import validate_username


class UserQuerySet(models.QuerySet):
    def named(self, username):
        """The person with this user name, without regard to case."""
        return self.annotate(lower_username=Lower("username")).filter(lower_username=username.lower())

    def formerly_named(self, username):
        """The person who gave up this user name less than `FORMER_USERNAME_DAYS` days ago."""
        return self.filter(former_usernames__in=FormerUsername.objects.held().named(username))

    def with_email(self, email):
        """The person with this e-mail address, without regard to case."""
        return self.annotate(lower_email=Lower("email")).filter(lower_email=email.lower())

    def active(self):
        """Leave out people whom the moderators suspended."""
        return self.filter(is_active=True)

    def shift(self, **counters):
        """Change counter columns by deltas: `shift(posts_count=1, followers_count=-1)`."""
        return self.update(**{name: F(name) + delta for name, delta in counters.items()})


class PeopleManager(UserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.named(username).get()


class User(AbstractUser):
    """A person (or a shop, a class, a club) with an account. A suspended one is not `is_active`."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As on my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    first_name = None
    last_name = None
    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[validate_username])
    email = models.EmailField(_("e-mail address"))
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    about_me = models.TextField(_("about me"), blank=True)
    avatar = models.CharField(_("avatar"), max_length=64, blank=True, editable=False)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now, editable=False)

    language = models.CharField(_("language"), max_length=35, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)

    posts_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    followers_count = models.PositiveIntegerField(_("followers"), default=0, editable=False)
    following_count = models.PositiveIntegerField(_("following"), default=0, editable=False)

    objects = PeopleManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="unique_username_without_case"),
            models.UniqueConstraint(Lower("email"), name="unique_email_without_case", condition=~Q(email="")),
        ]
        indexes = [models.Index(F("date_joined").desc(), name="user_by_joined")]

    def __str__(self):
        return f"@{self.username}"

    def get_absolute_url(self):
        return reverse("profile", args=[self.username])

    @property
    def name(self):
        """What the site calls this person: the display name, or the user name where there is none."""
        return self.display_name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    @transaction.atomic
    def suspend(self):
        """Lock the person out at once; their posts are left out while this lasts."""
        User.objects.filter(pk=self.pk).update(is_active=False)
        self.is_active = False
        self.end_sessions()

    def restore(self):
        User.objects.filter(pk=self.pk).update(is_active=True)
        self.is_active = True

    def end_sessions(self, keep=None):
        """Log the person out everywhere, but for the session whose key is `keep`."""
        self.sessions.exclude(pk=keep).delete()


class FormerUsernameQuerySet(models.QuerySet):
    def named(self, username):
        return self.annotate(lower_username=Lower("username")).filter(lower_username=username.lower())

    def held(self):
        """Names still kept for the person who had them."""
        return self.filter(given_up_at__gt=timezone.now() - timedelta(days=settings.FORMER_USERNAME_DAYS))


class FormerUsername(models.Model):
    """A user name somebody gave up: for a while it leads to them and nobody else can take it."""

    user = models.ForeignKey(User, models.DB_CASCADE, related_name="former_usernames", verbose_name=_("person"))
    username = models.CharField(_("user name"), max_length=150)
    given_up_at = models.DateTimeField(_("given up"), db_default=Now())

    objects = FormerUsernameQuerySet.as_manager()

    class Meta:
        verbose_name = _("former user name")
        verbose_name_plural = _("former user names")
        constraints = [models.UniqueConstraint(Lower("username"), name="unique_former_username_without_case")]

    def __str__(self):
        return f"@{self.username}"


class Session(AbstractBaseSession):
    """A browser's session, which knows whose it is so that it can be ended for them."""

    user = models.ForeignKey(User, models.DB_CASCADE, related_name="sessions", null=True)

    objects = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls):
        from .sessions import SessionStore

        return SessionStore
