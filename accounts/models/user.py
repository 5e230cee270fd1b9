from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import avatars
from accounts.personal_data.deletion import Deletable
from accounts.validators import validate_username
from microblog_site import ceilings, languages
from microblog_site.text import compose, limit_marks

from .address import EmailOwner
from .case import AsciiLower
from .people import PeopleManager
from .username import FormerUsername


class User(EmailOwner, Deletable, AbstractUser):
    """A person (or a shop, a class, a club) with an account.

    Suspended people and people pending deletion are not `is_active`: nobody sees them, and their sessions end. An
    erased person remains as a row without a name, for the history that refers to it.
    """

    class Theme(models.TextChoices):
        AUTO = "auto", _("Same as my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        FOLLOWERS = "followers", _("Followers only")

    class HomeReplies(models.TextChoices):
        FOLLOWED = "followed", _("To people you follow")
        ALL = "all", _("To anybody")
        NONE = "none", pgettext_lazy("replies on home", "None")

    class QuotePolicy(models.TextChoices):
        EVERYONE = "everyone", _("Everybody")
        FOLLOWERS = "followers", _("Your followers")
        NOBODY = "nobody", _("Nobody")

    first_name = None
    last_name = None
    username = models.CharField(
        _("user name"), max_length=ceilings.USERNAME, unique=True, validators=[validate_username]
    )
    email = models.EmailField(_("e-mail address"))
    email_confirmed_at = models.DateTimeField(_("address confirmed"), null=True, editable=False)
    pending_email = models.EmailField(_("new e-mail address"), blank=True, editable=False)
    display_name = models.CharField(_("name"), max_length=ceilings.DISPLAY_NAME, blank=True)
    about_me = models.TextField(_("about me"), blank=True)
    avatar = models.CharField(_("avatar"), max_length=64, blank=True, editable=False)
    last_seen = models.DateTimeField(_("last seen"), default=timezone.now, editable=False)

    suspended_at = models.DateTimeField(_("suspended since"), null=True, editable=False)
    deletion_requested_at = models.DateTimeField(_("deletion requested at"), null=True, editable=False)
    erased_at = models.DateTimeField(_("account deleted at"), null=True, editable=False)
    is_active = models.GeneratedField(
        expression=Q(suspended_at=None, deletion_requested_at=None),
        output_field=models.BooleanField(_("active")),
        db_persist=True,
        verbose_name=_("active"),
    )

    language = models.CharField(_("language"), max_length=35, blank=True)
    read_languages = models.JSONField(_("languages I read"), default=list, blank=True)  # BCP 47 tags
    written_languages = models.JSONField(default=list, blank=True, editable=False)  # of recent posts, newest first
    translate_posts = models.BooleanField(_("translate posts automatically"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    mail_new_devices = models.BooleanField(_("e-mails about new browsers"), default=True)
    keyboard_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True, db_default=True)

    approve_followers = models.BooleanField(_("approve followers"), default=False)
    default_visibility = models.CharField(
        _("who can read new posts"), max_length=9, choices=Visibility, default=Visibility.PUBLIC
    )
    home_replies = models.CharField(
        _("replies on home"), max_length=8, choices=HomeReplies, default=HomeReplies.FOLLOWED
    )
    quote_policy = models.CharField(_("who can quote"), max_length=9, choices=QuotePolicy, default=QuotePolicy.EVERYONE)

    posts_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    followers_count = models.PositiveIntegerField(_("followers"), default=0, editable=False)
    following_count = models.PositiveIntegerField(_("following"), default=0, editable=False)

    objects = PeopleManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("moderate_user", "Can suspend and restore people")]
        constraints = [
            models.UniqueConstraint(AsciiLower("username"), name="unique_username_without_case"),
            models.UniqueConstraint(
                AsciiLower("email"), name="unique_confirmed_email", condition=Q(email_confirmed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(AsciiLower("email"), name="user_by_email"),
            models.Index(F("date_joined").desc(), name="user_by_joined"),
            # For home timelines, which leave these few out. Erased people have no followers.
            models.Index(fields=["id"], condition=Q(is_active=False, erased_at=None), name="user_inactive"),
            models.Index(fields=["id"], condition=Q(is_staff=True), name="user_staff"),  # a filter in the admin
        ]

    def __str__(self):
        return f"@{self.username}"

    def get_absolute_url(self):
        return reverse("profile", args=[self.username])

    @property
    def may_log_in(self):
        """False if suspended or erased. Logging in cancels a pending deletion."""
        return self.suspended_at is None and self.erased_at is None

    def set_password(self, raw_password):
        super().set_password(raw_password and compose(raw_password))

    def check_password(self, raw_password):
        """As Django's, in Unicode's NFC; and as keyboards may have sent it when passwords were stored as they came.

        How often it hashes depends only on what was typed.
        """
        spellings = {compose(raw_password or "", form) for form in ("NFC", "NFD")}
        return sum(super(User, self).check_password(spelling) for spelling in spellings) > 0

    def get_full_name(self):
        return limit_marks(self.display_name) or self.username

    get_short_name = get_full_name
    name = property(get_full_name)

    def reads(self, language):
        """Whether posts in `language` (a BCP 47 tag) need no translation: it is chosen or the interface language."""
        read = [get_language(), *self.read_languages]
        return languages.primary(language) in map(languages.primary, read)

    @property
    def initials(self):
        """One or two characters shown in place of an avatar."""
        return avatars.initials(self.name) or self.username[0].upper()

    @property
    def color(self):
        """The background colour of the initials: 0 to 9."""
        return self.pk % 10

    @property
    def avatar_url_small(self):
        return avatars.url(self.avatar, avatars.SMALL)

    @property
    def avatar_url_large(self):
        return avatars.url(self.avatar, avatars.LARGE)

    @transaction.atomic
    def set_avatar(self, key, replacing=None):
        """Show the picture with this key (of `avatars.keep`), or initials for ''; only if the current avatar is
        `replacing` (a key), if given.

        Returns the key of the former avatar, whose files are now unused, or ''.
        """
        present = self._row.select_for_update().values_list("avatar", flat=True).first()
        if present is None or replacing not in (None, present):
            return ""
        self.avatar = key
        self._row.update(avatar=key)
        return "" if present == key else present

    @transaction.atomic
    def rename(self, username):
        """Change the user name; the old one redirects here for a limited time. Raises `IntegrityError` if the name is
        taken.
        """
        former = self._row.select_for_update().get().username
        self._row.update(username=username)
        if former.lower() != username.lower():
            FormerUsername.objects.named(username).filter(user=self).delete()
            FormerUsername.objects.hold(former, self)
        if User.objects.is_taken(username, by_other_than=self):
            raise IntegrityError(f"{username} is still held for somebody else")
        self.username = username

    def suspend(self):
        """Log the person out at once and hide their posts until restored. Returns whether this changed anything."""
        return self._set_suspended(timezone.now())

    def restore(self):
        """Returns whether this changed anything."""
        return self._set_suspended(None)

    @transaction.atomic
    def _set_suspended(self, since):
        changed = bool(self._row.filter(suspended_at__isnull=since is not None).update(suspended_at=since))
        if changed:
            self.end_sessions()  # also when restoring: a session may have been saved at the moment of suspension
        self.refresh_from_db(fields=["suspended_at", "is_active"])
        return changed

    @transaction.atomic
    def end_sessions(self, keep=None):
        """Log the person out everywhere, except in the session with the key `keep`. Returns whether they were."""
        # Serialized: two deletions that lock the same rows in different orders would deadlock.
        self._row.select_for_update().values("pk").first()
        return self.sessions.exclude(pk=keep).delete()[0] > 0
