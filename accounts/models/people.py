"""The queries that find people."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import UserManager
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import avatars

from .case import AsciiLower
from .username import FormerUsername, NamedQuerySet

CLAIMANTS = 3  # how many people with the same unconfirmed address get e-mail


def plain_identifier(typed):
    """Strip a typed user name or e-mail address; only an address keeps its @."""
    return typed.strip().removeprefix("@").strip()


class UserQuerySet(NamedQuerySet):
    def formerly_named(self, username):
        """The person who gave up this user name less than `FORMER_USERNAME_DAYS` days ago."""
        return self.filter(former_usernames__in=FormerUsername.objects.held().named(username))

    def with_email(self, email):
        """Everybody with this e-mail address, in any case: the one who confirmed it first, then the newest."""
        claimed = self.filter(email__lower=email.lower()).exclude(email="")
        return claimed.order_by(F("email_confirmed_at").asc(nulls_last=True), "-pk")

    def confirmed(self):
        return self.filter(email_confirmed_at__isnull=False)

    def owners_of(self, email):
        """Whoever can log in with this address: the one who confirmed it, else the few newest who claim it."""
        return self.with_own_address().with_email(email).filter(suspended_at=None, erased_at=None)[:CLAIMANTS]

    def reachable(self):
        return self.active().with_own_address()

    def with_own_address(self):
        """People with an e-mail address that nobody else has confirmed."""
        same = self.model.objects.filter(email__lower=AsciiLower(OuterRef("email"))).exclude(pk=OuterRef("pk"))
        return self.exclude(email="").filter(~Exists(same.confirmed()))

    def identified_by(self, identifier):
        """The person with this user name (`@name` works too) or e-mail address."""
        identifier = plain_identifier(identifier)
        return self.with_email(identifier) if "@" in identifier else self.named(identifier)

    def is_taken(self, username, by_other_than=None):
        """Whether somebody else has this user name, or gave it up so recently that it still leads to them.

        The answer is final only when asked again after writing the name, in the same transaction.
        """
        # In this order: the second query finds a name given up between the two.
        return (
            self.named(username).exclude(pk=getattr(by_other_than, "pk", None)).exists()
            or FormerUsername.objects.held().named(username).exclude(user=by_other_than).exists()
        )

    def active(self):
        """Leave out people who are suspended, pending deletion or erased."""
        return self.filter(is_active=True)

    def with_lost_picture(self):
        """Iterate over people whose avatar files are missing."""
        pictured = self.exclude(avatar="").only("username", "avatar").order_by("pk")
        return (person for person in pictured.iterator() if not avatars.is_kept(person.avatar))

    def due_to_be_erased(self):
        """People whose account deletion is due."""
        due = timezone.now() - timedelta(days=settings.LEAVING_DAYS)
        return self.filter(is_active=False, deletion_requested_at__lte=due, erased_at=None)

    def shift(self, **counters):
        """Change counter columns by deltas: `shift(posts_count=1, followers_count=-1)`."""
        return self.update(**{name: F(name) + delta for name, delta in counters.items()})


class PeopleManager(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False  # migrations would import it from here for ever

    def create_superuser(self, username, email=None, password=None, **extra_fields):
        # Whoever runs commands on the server need not confirm by e-mail, but cannot take another account's address.
        if email and not self.confirmed().with_email(email).exists():
            extra_fields["email_confirmed_at"] = timezone.now()
        return super().create_superuser(username, email, password, **extra_fields)

    def get_by_natural_key(self, username):
        return self.named(username).get()
