from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import sessions, timezones
from accounts.forms.signup import RegistrationForm
from microblog_site.http import form_page, next_page, posted, render_form
from microblog_site.limits.rate_limits import limited


@login_not_required
@form_page
@limited("register")
@never_cache
@sensitive_post_parameters("password1", "password2")
def register(request):
    if request.user.is_authenticated:
        return redirect(next_page(request) or "home")
    if settings.REGISTRATION == "closed":
        return render(request, "accounts/register.html", status=403 if request.method == "POST" else 200)
    form = RegistrationForm(*posted(request))
    if form.is_valid() and (person := form.save(timezones.of_device(request))):
        sessions.begin(request, person, remember=True, is_new=True)
        messages.success(request, _("Welcome! Your account is ready."))
        return redirect(next_page(request) or "home")
    return render_form(request, "accounts/register.html", form, next=next_page(request))
