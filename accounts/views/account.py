from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.account import EmailChangeForm
from microblog_site.http import form_page, posted, render_form
from microblog_site.limits.rate_limits import limited


@form_page
@sensitive_post_parameters("password")
@limited("password")
@never_cache
def account(request):
    form = EmailChangeForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        messages.success(request, _("We have sent a link to the new address. Open it to make the change."))
        return redirect("settings_account")
    return render_form(request, "accounts/settings_account.html", form, sessions=request.user.sessions.listed())
