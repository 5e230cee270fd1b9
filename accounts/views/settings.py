from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import password_page
from accounts.forms.settings import EmailChangeForm, PreferencesForm, ProfileForm
from accounts.models import User
from microblog_site import security_log
from microblog_site.http import form_page, is_own_url, posted, referer_path, render_form
from microblog_site.limits.rate_limits import limited


def _profile_again(request, refusal):
    """What was typed, without the picture: reading one is what the limit saves."""
    form = ProfileForm(request.user, request.POST).refuse(refusal)
    return render_form(request, "accounts/settings_profile.html", form)


@form_page
@limited("write", otherwise=_profile_again)
def edit_profile(request):
    form = ProfileForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        messages.success(request, _("Your profile has been saved."))
        if form.cleaned_data["use_gravatar"]:
            messages.info(request, _("If you have a picture on Gravatar, it will appear here in a moment."))
        return redirect("settings_profile")
    return render_form(request, "accounts/settings_profile.html", form)


@password_page
def account(request):
    form = EmailChangeForm(request.user, *posted(request), request=request)
    if form.is_valid() and form.save():
        security_log.note("address_claimed", request)
        messages.success(request, _("We've sent a link to the new address. Open it to confirm the change."))
        return redirect("settings_account")
    return render_form(request, "accounts/settings_account.html", form, sessions=request.user.sessions.listed())


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
    """Like Django's `set_language`, but only for the site's languages, and stored in the account too."""
    wanted = request.POST.get("next", "")
    response = HttpResponseRedirect(wanted if is_own_url(request, wanted) else referer_path(request) or reverse("home"))
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        keep_language(response, language)
    return response


def keep_language(response, language):
    """Store the interface language in a cookie, for when nobody is logged in; '' deletes it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE if language else 0,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
