from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from accounts.access import password_first, password_page, post_only
from microblog_site import security_log
from microblog_site.http import clear_cache, posted, render_form
from microblog_site.limits.rate_limits import limited

from . import archive
from .forms import DeletionForm


@post_only("settings_account")
@password_first
@limited("download")
@never_cache
def download(request):
    """Send people their own data."""
    security_log.note("download", request)
    name = f"{request.user.username}-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(archive.make(request.user), as_attachment=True, filename=name, content_type="application/zip")


@password_page
def delete_account(request):
    days = settings.LEAVING_DAYS
    form = DeletionForm(request.user, *posted(request), request=request)
    if form.is_valid() and form.save():
        security_log.note("deletion_asked", request)
        logout(request)
        text = ngettext(
            "Your account will be deleted in %(count)d day. Log in before then to keep it.",
            "Your account will be deleted in %(count)d days. Log in before then to keep it.",
            days,
        )
        messages.success(request, text % {"count": days})
        return clear_cache(redirect("home"))
    context = {"days": days, "name_days": settings.FORMER_USERNAME_DAYS}
    return render_form(request, "accounts/delete_account.html", form, **context)
