from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.leaving import LeavingForm
from microblog_site.http import form_page, posted, render_form
from microblog_site.limits import limited


@form_page
@sensitive_post_parameters("password")
@limited("password")
@never_cache
def delete_account(request):
    days = settings.LEAVING_DAYS
    form = LeavingForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        logout(request)
        text = ngettext(
            "Your account will be deleted in %(count)d day. Log in before then to keep it.",
            "Your account will be deleted in %(count)d days. Log in before then to keep it.",
            days,
        )
        messages.success(request, text % {"count": days})
        return redirect("home")
    return render_form(request, "accounts/leave.html", form, days=days, name_days=settings.FORMER_USERNAME_DAYS)
