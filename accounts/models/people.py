"""The queries that find people."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import UserManager
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import avatars
from accounts.validators import plain_address

from .case import AsciiLower
from .username import FormerUsername, NamedQuerySet

CLAIMANTS = 20  # at most so many of the first and of the last who gave an address get a reset link
TRIED = 4  # with how many people's passwords one is compared that comes with an address


def plain_identifier(typed):
    """Strip a typed user name or e-mail address, and spell its domain as stored; only an address keeps its @."""
    typed = typed.strip().removeprefix("@").strip()
    return plain_address(typed) if "@" in typed else typed


class UserQuerySet(NamedQuerySet):
    def formerly_named(self, username):
        """The person who gave up this user name less than `FORMER_USERNAME_DAYS` days ago."""
        return self.filter(former_usernames__in=FormerUsername.objects.held().named(username))

    def with_email(self, email):
        """Everybody with this e-mail address, in any case: first the one who confirmed it, then the oldest accounts."""
        claimed = self.filter(email__lower=email.lower()).exclude(email="")
        return claimed.order_by(F("email_confirmed_at").asc(nulls_last=True), "pk")

    def confirmed(self):
        return self.filter(email_confirmed_at__isnull=False)

    def owners_of(self, email):
        """Those who can reset their password by this address: the one who confirmed it, else all who claim it.

        Of very many, the first and the last: however many sign up with it later, they displace nobody.
        """
        people = self.with_own_address().with_email(email).filter(suspended_at=None, erased_at=None)
        return people.first_and_last(CLAIMANTS, CLAIMANTS)

    def first_and_last(self, first, last):
        """A list of at most so many, in their order."""
        beginning = list(self[:first])
        return beginning + [person for person in self.reverse()[:last] if person not in beginning][::-1]

    def reachable(self):
        return self.active().with_own_address()

    def with_own_address(self):
        """People with an e-mail address that nobody else has confirmed."""
        same = self.model.objects.filter(email__lower=AsciiLower(OuterRef("email"))).exclude(pk=OuterRef("pk"))
        return self.exclude(email="").filter(~Exists(same.confirmed()))

    def identified_by(self, identifier):
        """Those with this user name (`@name` works too) or e-mail address, of many claimants the oldest and the newest.

        Always as many, so that time tells nothing; None stands for who is missing.
        """
        identifier = plain_identifier(identifier)
        if "@" not in identifier:
            return [self.named(identifier).first()]
        people = self.with_email(identifier).first_and_last(TRIED - 1, 1)
        return people + [None] * (TRIED - len(people))

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
    normalize_email = staticmethod(plain_address)  # for Django's commands and forms
    use_in_migrations = False  # migrations would import it from here for ever

    def create_superuser(self, username, email=None, password=None, **extra_fields):
        # Whoever runs commands on the server need not confirm by e-mail, but cannot take another account's address.
        if email and not self.confirmed().with_email(email).exists():
            extra_fields["email_confirmed_at"] = timezone.now()
        return super().create_superuser(username, email, password, **extra_fields)

    def get_by_natural_key(self, username):
        return self.named(username).get()
