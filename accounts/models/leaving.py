from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language

from .username import FormerUsername


class Leaver:
    """How a person leaves: for `LEAVING_DAYS` they only have to log in to stay, then who they were is erased."""

    @property
    def leaves_for_good_at(self):
        return self.leaving_at + timedelta(days=settings.LEAVING_DAYS)

    @transaction.atomic
    def leave(self):
        """Hide the person with all that is theirs, log them out everywhere and tell them by mail; safe to repeat.

        Whether they may: not the last administrator, without whom nobody could run the site.
        """
        from accounts.tasks import send_leaving

        if self._is_last_administrator():
            return False
        if self._rows.filter(leaving_at=None).update(leaving_at=timezone.now(), pending_email=""):
            send_leaving.enqueue(self.pk, get_language())
        self.end_sessions()
        self.refresh_from_db(fields=["leaving_at", "pending_email", "is_active"])
        return True

    @transaction.atomic
    def come_back(self):
        """Stay after all. Whether they can: not once they are erased."""
        self.end_sessions()
        self._rows.filter(erased_at=None).update(leaving_at=None)
        self.refresh_from_db(fields=["leaving_at", "erased_at", "is_active"])
        return self.erased_at is None

    @transaction.atomic
    def erase(self):
        """Make the row nobody's, for good: what tells who it was is gone, but the name, which is held for a while.

        Whether it was done: not where they came back, and not before their time is over.
        """
        from accounts.tasks import remove_avatar, send_left

        person = type(self).objects.due_to_be_erased().select_for_update().filter(pk=self.pk).first()
        if person is None:
            return False
        if type(self).objects.with_own_address().filter(pk=self.pk).exists():
            send_left.enqueue(person.email, person.name, person.username, person.language)
        if person.avatar:
            remove_avatar.enqueue(person.pk, person.avatar)
        FormerUsername.objects.hold(person.username, person)
        self._drop_ways_in()
        self._rows.update(**self._traits_of_nobody())
        self.refresh_from_db()
        return True

    def _is_last_administrator(self):
        if not self.is_superuser:
            return False
        # Locked, so that of the last two who leave at the same moment one stays.
        administrators = type(self).objects.active().filter(is_superuser=True).order_by("pk")
        return list(administrators.select_for_update(no_key=True)) == [self]

    def _drop_ways_in(self):
        from accounts import second_factor

        self.end_sessions()
        self.email_changes.all().delete()
        self.groups.clear()
        self.user_permissions.clear()
        second_factor.forget(self)

    def _traits_of_nobody(self):
        texts = ["email", "pending_email", "display_name", "about_me", "avatar", "language", "time_zone"]
        return {
            **dict.fromkeys(texts, ""),
            "username": f"deleted-{self.pk}",  # nobody can choose a name with a hyphen
            "password": make_password(None),
            "email_confirmed_at": None,
            "last_login": None,
            "last_seen": F("leaving_at"),
            "read_languages": [],
            "written_languages": [],
            "translate_posts": False,
            "theme": self.Theme.AUTO,
            "is_staff": False,
            "is_superuser": False,
            "erased_at": timezone.now(),
        }
