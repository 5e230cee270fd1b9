from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access import password_page
from accounts.forms.account import EmailChangeForm
from microblog_site.http import posted, render_form


@password_page
def account(request):
    form = EmailChangeForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        messages.success(request, _("We have sent a link to the new address. Open it to make the change."))
        return redirect("settings_account")
    return render_form(request, "accounts/settings_account.html", form, sessions=request.user.sessions.listed())
