from django.contrib.auth import check_password_with_timing_attack_mitigation, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.views.decorators.debug import sensitive_variables


class UsernameOrEmailBackend(ModelBackend):
    """Lets people log in by their user name or their e-mail address, whichever they remember."""

    @sensitive_variables("password")
    def authenticate(self, request, username=None, password=None, **kwargs):
        """The person with this name or address and this password, also a suspended one.

        Forms tell those that they are suspended; no session of theirs is ever honoured (`get_user`).
        """
        if username is None or password is None:
            return None
        person = get_user_model().objects.identified_by(username).first()
        return person if check_password_with_timing_attack_mitigation(person, password) else None
