from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.views.decorators.debug import sensitive_variables

from . import sessions


class UsernameOrEmailBackend(ModelBackend):
    """Log people in by user name or e-mail address."""

    @sensitive_variables("password")
    def authenticate(self, request, username=None, password=None, **kwargs):
        """The person with this name or address and this password, even if suspended.

        The forms tell suspended people so; no session of theirs is ever accepted (`get_user`).

        People who have claimed an address without confirming it get in by it too, after the one who has: refusing them
        would reveal that somebody else has confirmed it. All are compared with, whoever is found first.
        """
        if username is None or password is None:
            return None
        nobody = get_user_model()(password="")  # a password that isn't one takes as long to compare
        people = get_user_model().objects.identified_by(username)
        found = [person for person in people if (person or nobody).check_password(password)]
        return found[0] if found else None

    def get_user(self, user_id):
        person = sessions.take_person(user_id)
        if person is None:
            return super().get_user(user_id)
        return person if self.user_can_authenticate(person) else None
