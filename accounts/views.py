from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from microblog_site.http import form_page, is_ajax, is_own_url, referer_path, render_invalid

from .access import registration_is_closed
from .forms import (
    LoginForm,
    NewPasswordForm,
    PasswordChangeForm,
    PasswordResetForm,
    PreferencesForm,
    ProfileForm,
    RegistrationForm,
)
from .models import User
from .tokens import PasswordResetTokenGenerator


def posted(request):
    """What was sent to a form, and its files: nothing unless by POST."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def render_form(request, template, form):
    return (render_invalid if form.is_bound else render)(request, template, {"form": form})


class FormMixin:
    """Answers a script with 422 where a form of Django's views does not validate."""

    http_method_names = ["get", "head", "post"]

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422 if is_ajax(self.request) else 200
        return response


@login_not_required
@form_page
@never_cache
@sensitive_post_parameters("password1", "password2")
def register(request):
    if request.user.is_authenticated:
        return redirect("home")
    if registration_is_closed():
        refused = request.method == "POST"
        return render(request, "accounts/register.html", status=403 if refused else 200)
    form = RegistrationForm(*posted(request))
    if form.is_valid() and (person := form.save()):
        login(request, person)
        messages.success(request, _("Welcome! Your account is ready."))
        return redirect("home")
    return render_form(request, "accounts/register.html", form)


class LoginView(FormMixin, views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        # None: for SESSION_COOKIE_AGE. 0: until the browser closes.
        self.request.session.set_expiry(None if form.cleaned_data["remember_me"] else 0)
        return response

    def get_redirect_url(self, request=None):
        """Where `next` leads, unless that is log-in or log-out itself."""
        url = super().get_redirect_url(request)
        return "" if urlsplit(url).path in (reverse("login"), reverse("logout")) else url

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        del context["site"], context["site_name"]  # Django's are made of the Host header.
        return context


@login_not_required
@form_page
def password_reset(request):
    form = PasswordResetForm(*posted(request))
    if form.is_valid():
        form.save()
        messages.success(request, _("If there is an account with this address, we have sent it an e-mail with a link."))
        return redirect("login")
    return render_form(request, "accounts/password_reset.html", form)


class PasswordResetConfirmView(FormMixin, views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm
    token_generator = PasswordResetTokenGenerator()
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        with transaction.atomic():
            # Asked again with the row locked: of two uses of a link at once only one may go on.
            form.user = User.objects.select_for_update().filter(pk=self.user.pk).first()
            if not self.token_generator.check_token(form.user, self.request.session[INTERNAL_RESET_SESSION_TOKEN]):
                self.validlink = False
                return self.render_to_response(self.get_context_data())
            response = super().form_valid(form)
            form.user.end_sessions()
        logout(self.request)
        messages.success(self.request, _("Your password has been changed. Log in with the new one."))
        return response


class PasswordChangeView(FormMixin, views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("password_change")

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        form.user.end_sessions(keep=self.request.session.session_key)
        messages.success(self.request, _("Your password has been changed."))
        return response


@form_page
def edit_profile(request):
    form = ProfileForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        messages.success(request, _("Your profile has been saved."))
        if form.cleaned_data["use_gravatar"]:
            messages.info(request, _("Your picture from Gravatar comes in a moment, if you have one there."))
        return redirect("settings_profile")
    return render_form(request, "accounts/settings_profile.html", form)


@form_page
def edit_preferences(request):
    form = PreferencesForm(*posted(request), instance=request.user)
    if form.is_valid():
        language = form.save().language
        with translation.override(language or translation.get_language()):
            messages.success(request, _("Your preferences have been saved."))
        response = redirect("settings_preferences")
        keep_language(response, language)
        return response
    return render_form(request, "accounts/settings_preferences.html", form)


@login_not_required
@require_POST
def set_language(request):
    """Like Django's view of this name; the language is kept in the account too, and only those the site speaks."""
    wanted = request.POST.get("next", "")
    response = HttpResponseRedirect(wanted if is_own_url(request, wanted) else referer_path(request) or reverse("home"))
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        keep_language(response, language)
    return response


def keep_language(response, language):
    """Keep the interface language in a cookie, for when nobody is logged in; '' forgets it."""
    where = {
        "path": settings.LANGUAGE_COOKIE_PATH,
        "domain": settings.LANGUAGE_COOKIE_DOMAIN,
        "samesite": settings.LANGUAGE_COOKIE_SAMESITE,
    }
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, **where)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        **where,
    )
