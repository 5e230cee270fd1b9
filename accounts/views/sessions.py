from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import two_factor
from accounts.access import password_first, password_page, post_only
from accounts.forms.fields import ConfirmedByPassword
from accounts.forms.settings import EndSessionForm
from accounts.forms.two_factor import ConfirmedByBoth
from microblog_site import security_log
from microblog_site.http import is_own_url, posted, render_form


@password_page
def password_again(request):
    """Asks for password, and code, before what only the person may do (`access.password_first`), and leads back."""
    form = (
        ConfirmedByBoth(request, request.user, *posted(request))
        if two_factor.is_on(request.user)
        else ConfirmedByPassword(request.user, *posted(request), request=request)
    )
    if form.is_valid():
        request.session.note_password()
        security_log.note("password_again", request)
        messages.success(request, _("Thanks. Now press the button again."))
        page = request.GET.get("next", "")
        return redirect(page if is_own_url(request, page) else "settings_account")
    return render_form(request, "accounts/password_again.html", form)


@post_only("settings_account")
@password_first
def end(request):
    form = EndSessionForm(request.user, request.POST)
    if form.is_valid() and form.save():
        security_log.note("session_ended", request)
        messages.success(request, _("You've been logged out there."))
    else:
        messages.info(request, _("You were already logged out there."))
    return redirect("settings_account")


@post_only("settings_account")
@password_first
def end_others(request):
    request.user.end_sessions(keep=request.session.session_key)
    security_log.note("other_sessions_ended", request)
    messages.success(request, _("You've been logged out everywhere else."))
    return redirect("settings_account")
