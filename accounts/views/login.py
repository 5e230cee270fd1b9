import django_otp
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import sessions, two_factor
from accounts.forms.login import LoginForm
from accounts.forms.two_factor import ConfirmedByCode
from accounts.pending_login import PendingLogin
from microblog_site import errors, security_log
from microblog_site.http import FormMixin, clear_cache, form_page, next_page, posted, render_form
from microblog_site.limits.rate_limits import RateLimitExceeded


class LoginView(FormMixin, views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except RateLimitExceeded as refusal:
            return errors.too_many(request, refusal, "accounts/login_refused.html")

    def form_valid(self, form):
        person, remember = form.get_user(), form.cleaned_data["remember_me"]
        if two_factor.is_on(person):
            PendingLogin.begin(self.request, person, remember, self.get_redirect_url())
            return redirect("login_code")
        let_in(self.request, person, remember)
        return redirect(self.get_success_url())

    def get_redirect_url(self, request=None):
        return next_page(self.request)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        del context["site"], context["site_name"]  # Django derives these from the Host header
        return context


class LogoutView(views.LogoutView):
    def post(self, request, *args, **kwargs):
        security_log.note("log_out", request)
        response = super().post(request, *args, **kwargs)
        messages.success(request, _("You've been logged out."))
        return clear_cache(response)


@login_not_required
@form_page
@never_cache
@sensitive_post_parameters("code")
def login_code(request):
    """The second step, for people who have enabled it: nobody is logged in until it is done."""
    pending = PendingLogin.of(request)
    if request.user.is_authenticated or pending is None:
        return redirect("login")
    form = ConfirmedByCode(request, pending.person, *posted(request))
    if form.is_valid():
        let_in(request, pending.person, pending.remember, form.device)
        return redirect(pending.next_url or "home")
    return render_form(request, "accounts/login_code.html", form, next=pending.next_url)


def let_in(request, person, remember, device=None):
    """Log in `person` after all checks; `device` is the app used in the second step, if any."""
    PendingLogin.forget(request)
    if person.deletion_requested_at and person.cancel_deletion():
        security_log.note("deletion_cancelled", request, person)
        messages.success(request, _("Welcome back! Your account won't be deleted, and everything is still here."))
    sessions.begin(request, person, remember=remember)
    django_otp.login(request, device)
