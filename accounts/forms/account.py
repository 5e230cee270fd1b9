from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import access, emails
from microblog_site.limits import rate_limits

from .fields import ConfirmedByPassword, EmailField, PersonForm


class EmailChangeForm(ConfirmedByPassword):
    """Asks for another address. Whose it is by now is looked up later, so that the answer never tells."""

    field_order = ["email", "password"]
    email = EmailField(
        label=_("New e-mail address"), help_text=_("We will send a link to it, for you to confirm the change.")
    )

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.lower() == self.person.email.lower():
            raise ValidationError(_("This is your address already."), code="unchanged")
        access.validate_address(email)
        return email

    def save(self):
        """Whether it could be done: not where the password was changed just now, which the form then says."""
        may_mail = rate_limits.allow("confirm", email=self.cleaned_data["email"])
        if not self.person.claim_email(self.cleaned_data["email"]):
            self.add_error("password", _("This is not your current password."))
            return False
        if may_mail:
            emails.send_confirmation.enqueue(self.person.pk, get_language())
        return True


class EndSessionForm(PersonForm):
    session = forms.UUIDField()

    def save(self):
        """Log the person out there. False where they have no such session, any more or at all."""
        return self.person.sessions.filter(handle=self.cleaned_data["session"]).delete()[0] > 0
