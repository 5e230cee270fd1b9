from django.contrib.auth import check_password_with_timing_attack_mitigation, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.views.decorators.debug import sensitive_variables

from . import sessions
from .models.people import plain_identifier


class UsernameOrEmailBackend(ModelBackend):
    """Log people in by user name or e-mail address."""

    @sensitive_variables("password")
    def authenticate(self, request, username=None, password=None, **kwargs):
        """The person with this name or address and this password, even if suspended.

        The forms tell suspended people so; no session of theirs is ever accepted (`get_user`).

        People who have claimed the address without confirming it get in too: refusing them would reveal that somebody
        else has confirmed it. They take precedence: otherwise a claimant could use their own password to test whether
        the owner has the same one.
        """
        if username is None or password is None:
            return None
        people = get_user_model().objects.identified_by(username)
        person = self._with_password(people, password)
        if "@" in plain_identifier(username):
            person = self._with_password(people.filter(email_confirmed_at=None), password) or person
        return person

    def get_user(self, user_id):
        person = sessions.take_person(user_id)
        if person is None:
            return super().get_user(user_id)
        return person if self.user_can_authenticate(person) else None

    @staticmethod
    def _with_password(people, password):
        """The first of `people` who has this password. Takes as long if `people` is empty."""
        person = people.first()
        return person if check_password_with_timing_attack_mitigation(person, password) else None
