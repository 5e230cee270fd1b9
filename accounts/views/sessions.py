from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access import post_only
from accounts.forms.settings import EndSessionForm


@post_only("settings_account")
def end(request):
    form = EndSessionForm(request.user, request.POST)
    if form.is_valid() and form.save():
        messages.success(request, _("You've been logged out there."))
    else:
        messages.info(request, _("You were already logged out there."))
    return redirect("settings_account")


@post_only("settings_account")
def end_others(request):
    request.user.end_sessions(keep=request.session.session_key)
    messages.success(request, _("You've been logged out everywhere else."))
    return redirect("settings_account")
