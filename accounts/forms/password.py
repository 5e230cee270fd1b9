from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import emails
from microblog_site.limits import rate_limits

from .fields import EmailField, NewPasswordField, PasswordField


class PasswordResetForm(forms.Form):
    email = EmailField()

    def save(self, request):
        """Send the link. The response reveals neither whether the account exists nor whether a limit was reached."""
        email = self.cleaned_data["email"]
        if rate_limits.allow("reset", request, email=email):
            emails.send_password_reset.enqueue(email, get_language())


class NewPasswordForm(auth_forms.SetPasswordForm):
    new_password1 = NewPasswordField(_("New password"))
    new_password2 = PasswordField(_("Repeat the new password"))

    def validate_password_for_user(self, user, _repeated):
        """Say what is wrong with a password where it was chosen, not where it was repeated."""
        super().validate_password_for_user(user, "new_password1")

    def save(self):
        self.user.set_password(self.cleaned_data["new_password1"])
        self.user.pending_email = ""  # a change of address requires the new password
        self.user.save(update_fields=["password", "pending_email"])
        emails.send_password_changed.enqueue(self.user.pk, get_language())
        return self.user


class PasswordChangeForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    old_password = PasswordField(_("Current password"), autocomplete="current-password")
    error_messages = {
        **auth_forms.PasswordChangeForm.error_messages,
        "password_incorrect": _("That isn't your current password."),
    }
