from django.contrib.auth import check_password_with_timing_attack_mitigation, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.views.decorators.debug import sensitive_variables

from . import sessions
from .models.people import plain_identifier


class UsernameOrEmailBackend(ModelBackend):
    """Lets people log in by their user name or their e-mail address, whichever they remember."""

    @sensitive_variables("password")
    def authenticate(self, request, username=None, password=None, **kwargs):
        """The person with this name or address and this password, also a suspended one.

        Forms tell those that they are suspended; no session of theirs is ever honoured (`get_user`).

        Who only claims an address gets in by it too: being refused would tell them that somebody else confirmed it.
        They come first, so that with the password of their own nobody tries that of the other.
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
        """The first of `people`, with this password; it takes as long where there is nobody."""
        person = people.first()
        return person if check_password_with_timing_attack_mitigation(person, password) else None
