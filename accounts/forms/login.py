from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.models.people import plain_identifier
from microblog_site import security_log
from microblog_site.limits import rate_limits

from .fields import PasswordField, UsernameField

WAY_BACK = "chose_password_of"  # session key: who has just set a new password in this browser through the reset link


class LoginForm(auth_forms.AuthenticationForm):
    """Raises `rate_limits.RateLimitExceeded` after too many wrong passwords, then even for the right one.

    An unknown name and a wrong password get the same answer, in text, time and count. Attempts are counted for what was
    typed, a user name or an e-mail address, and never for the person it names: one counter for both would tell
    strangers whose address it is. So there are twice as many attempts at an account as at its name.
    """

    username = UsernameField(label=_("User name or e-mail address"), help_text="")
    password = PasswordField(_("Password"), autocomplete="current-password")
    remember_me = forms.BooleanField(
        label=_("Stay logged in on this device"),
        help_text=_("For up to 30 days. Turn this off on a shared computer."),
        initial=True,
        required=False,
    )

    error_messages = {
        "invalid_login": _("Wrong user name, e-mail address or password."),
        "inactive": _("This account is suspended. To find out why, ask the people who run this site."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django's limit is for a user name; an e-mail address may be longer.
        del self.fields["username"].widget.attrs["maxlength"]

    @sensitive_variables("password")
    def clean(self):
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            self.identifier = plain_identifier(username)
            self._count_try()
            self.user_cache = authenticate(self.request, username=username, password=password)
            if self.user_cache is None:
                self._note_refusal("password")
                rate_limits.check("log_in", account=self.account)
                raise self.get_invalid_login_error()
            self._forget_tries()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def confirm_login_allowed(self, user):
        if not user.may_log_in:
            self._note_refusal("suspended")
            raise ValidationError(self.error_messages["inactive"], code="inactive")

    def _note_refusal(self, reason):
        people = [person for person in User.objects.identified_by(self.identifier) if person]
        person = people[0] if len(people) == 1 else None  # of those who claim an address, nobody knows who was meant
        security_log.note("log_in", self.request, person, "refused", reason=reason)

    @cached_property
    def account(self):
        """What attempts count for: the person alone after a password reset in this browser, else what was typed."""
        way_back = self.request.session.get(WAY_BACK)
        people = User.objects.identified_by(self.identifier) if way_back else []
        return next((person for person in people if person and person.pk == way_back), self.identifier)

    def _count_try(self):
        """Count for the account first: attempts at a locked account must not use up a shared address."""
        rate_limits.hit("log_in", account=self.account)
        try:
            rate_limits.hit("log_in", self._counted_request)
        except rate_limits.RateLimitExceeded:
            rate_limits.refund("log_in", account=self.account)
            raise

    def _forget_tries(self):
        """Forget all attempts at a user name, but only this one for an e-mail or IP address: the rest may have been at
        other accounts. By an unconfirmed address, so was this one: with a password of their own, people would try it
        on everybody who claims the address.
        """
        rate_limits.refund("log_in", self._counted_request)
        if self.account == self.identifier and "@" not in self.identifier:
            rate_limits.reset("log_in", account=self.account)
        elif self.user_cache.email_confirmed_at:
            rate_limits.refund("log_in", account=self.account)

    @cached_property
    def _counted_request(self):
        """None after a password reset in this browser, so that other people on the same IP address cannot lock the
        person out.
        """
        return None if isinstance(self.account, User) else self.request
