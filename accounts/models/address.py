from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import person_field


class NotTheirs(Exception):  # noqa: N818
    """Another account confirmed the address first, or the person no longer claims it."""


class EmailOwner:
    """How a person gets and changes their e-mail address: first claimed, theirs once confirmed."""

    @property
    def email_to_confirm(self):
        """The address awaiting confirmation: the new one, else the current one if unconfirmed; or ''."""
        return self.pending_email or ("" if self.email_confirmed_at else self.email)

    def has_confirmed(self, email):
        return self.email_confirmed_at is not None and self.email.lower() == email.lower()

    def claims(self, email):
        return email != "" and email.lower() in (self.email.lower(), self.pending_email.lower())

    @property
    def email_hint(self):
        """The address awaiting confirmation, masked: its owner recognizes it, onlookers learn little: s•••@…"""
        name, at, domain = self.email_to_confirm.partition("@")
        return f"{name[:1]}•••{at}{domain}"

    def rival_for(self, email):
        """Another account that has confirmed this address, or None."""
        return type(self).objects.confirmed().with_email(email).exclude(pk=self.pk).first()

    def claim_email(self, email):
        """Claim a new address, which becomes theirs once confirmed; '' keeps the current one.

        Returns False if their password has changed since this object was read.
        """
        self.pending_email = email
        return bool(self._row.filter(password=self.password).update(pending_email=email))

    @transaction.atomic
    def confirm_email(self, email):
        """Make an address they claim theirs alone. Safe to repeat.

        Returns the `EmailChange`, or None if no confirmed address is replaced. Raises `NotTheirs`.
        """
        present = self.lock_with_rivals(email)
        if present is None or not present.claims(email):
            raise NotTheirs
        if present.has_confirmed(email):
            return None
        pending = present.pending_email
        if not self._take_email(email, pending_email="" if pending.lower() == email.lower() else pending):
            raise NotTheirs
        return self.email_changes.create(former=present.email) if present.email_confirmed_at else None

    def lock_with_rivals(self, email):
        """Lock this row and those of everybody who has or claims an address. Returns the fresh person.

        The rows are always locked in the same order, which rules out deadlocks.
        """
        people = type(self).objects.filter(Q(pk=self.pk) | Q(email__lower=email.lower()) & ~Q(email=""))
        locked = {person.pk: person for person in people.select_for_update().order_by("pk")}
        return locked.get(self.pk)

    def _take_email(self, email, **changes):
        """Return whether the database accepted the address. Others keep their claims, but get no e-mail by them."""
        changes |= {"email": email, "email_confirmed_at": timezone.now()}
        try:
            with transaction.atomic():
                self._row.update(**changes)
        except IntegrityError:
            return False
        self.refresh_from_db(fields=list(changes))
        return True

    @property
    def _row(self):
        return type(self).objects.filter(pk=self.pk)


class EmailChangeQuerySet(models.QuerySet):
    def undoable(self):
        return self.filter(changed_at__gt=self._oldest(), user__erased_at=None)

    def expired(self):
        return self.filter(changed_at__lte=self._oldest())

    @staticmethod
    def _oldest():
        return timezone.now() - timedelta(days=settings.UNDO_EMAIL_DAYS)


class EmailChange(models.Model):
    """A change of a confirmed e-mail address, which the owner of the former one can undo for a limited time."""

    user = person_field(_("person"), "email_changes")
    former = models.EmailField(_("former address"))
    changed_at = models.DateTimeField(_("address changed at"), db_default=Now())

    objects = EmailChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail address change")
        verbose_name_plural = _("e-mail address changes")

    def __str__(self):
        return f"{self.user}: {self.former}"

    @transaction.atomic
    def undo(self):
        """Give the account back to the owner of the former address, who then needs a password reset link.

        This logs everybody out and removes the password, which was known to whoever made the change. Later changes are
        undone too, and a pending deletion is cancelled. Returns False if the change was already undone, or if another
        account has confirmed the address since.
        """
        person = self.user.lock_with_rivals(self.former)
        later = EmailChange.objects.filter(user=self.user_id, pk__gte=self.pk)
        if person is None or not later.undoable().filter(pk=self.pk).exists():
            return False
        person.set_unusable_password()
        changes = {"pending_email": "", "password": person.password, "deletion_requested_at": None}
        if not person._take_email(self.former, **changes):
            return False
        later.delete()
        person.end_sessions()
        return True
