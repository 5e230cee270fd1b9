from contextlib import suppress

from django.contrib import messages
from django.contrib.auth import logout, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts import two_factor
from accounts.forms.login import WAY_BACK
from accounts.forms.password import NewPasswordForm, PasswordChangeForm, PasswordResetForm
from accounts.models import NotTheirs
from accounts.tokens import PasswordResetTokenGenerator
from microblog_site import security_log
from microblog_site.http import FormMixin, clear_cache, form_page, posted, render_form
from microblog_site.limits.rate_limits import limited


@login_not_required
@form_page
def password_reset(request):
    form = PasswordResetForm(*posted(request))
    if form.is_valid():
        form.save(request)
        security_log.note("password_reset_asked", request)
        messages.success(request, _("If there's an account with this address, we've sent an e-mail with a link."))
        return redirect("login")
    return render_form(request, "accounts/password_reset.html", form)


class PasswordResetConfirmView(FormMixin, views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm
    token_generator = PasswordResetTokenGenerator()
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        with transaction.atomic():
            # Checked again with the row locked: of two simultaneous uses of a link only one may succeed.
            form.user = self.user.lock_with_rivals(self.user.email)
            if not self.token_generator.check_token(form.user, self.request.session[INTERNAL_RESET_SESSION_TOKEN]):
                self.validlink = False
                return self.render_to_response(self.get_context_data())
            if not form.user.email_confirmed_at and two_factor.is_on(form.user):
                two_factor.switch_off(form.user)  # somebody set it up who may not be the owner of the address
                security_log.note("two_factor_off", self.request, form.user)
            response = super().form_valid(form)
            form.user.end_sessions()
            with suppress(NotTheirs):
                form.user.confirm_email(form.user.email)  # whoever got the link reads the mail there
        logout(self.request)
        security_log.note("password_reset", self.request, form.user)
        self.request.session[WAY_BACK] = form.user.pk
        messages.success(self.request, _("Your password has been changed. Log in with the new one."))
        return response


@method_decorator(limited("password"), name="dispatch")
class PasswordChangeView(FormMixin, views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("password_change")

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        form.user.end_sessions(keep=self.request.session.session_key)
        security_log.note("password_change", self.request)
        messages.success(self.request, _("Your password has been changed."))
        return clear_cache(response)

    def form_invalid(self, form):
        if "old_password" in form.errors:
            security_log.note("password_change", self.request, result="refused")
        return super().form_invalid(form)
