import json
from base64 import urlsafe_b64encode

import django_otp
from cryptography.fernet import Fernet, InvalidToken
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_otp.plugins.otp_totp.models import default_key

from accounts import two_factor
from accounts.access import password_page
from accounts.forms.two_factor import NewCodesForm, SwitchOffForm, SwitchOnForm
from microblog_site.http import posted, render_form

CODES_IN_SESSION = "recovery_codes"
SHOWN_FOR = 60  # seconds
KEY_IN_SESSION = "two_factor_key"  # shown to the person, not confirmed yet


@password_page
def overview(request):
    person = request.user
    if two_factor.is_on(person):
        return render(request, "accounts/two_factor.html", {"codes_left": two_factor.codes_left(person)})
    if not person.email_confirmed_at:
        return render(request, "accounts/two_factor_setup.html")
    key = request.session.setdefault(KEY_IN_SESSION, default_key())
    form = SwitchOnForm(key, person, *posted(request))
    if form.is_valid() and (codes := form.save()):
        continue_with_second_step(request)
        return show_for_a_minute(request, codes, _("Two-step log-in is on."))
    setup = two_factor.TOTPSetup(person, key)
    return render_form(request, "accounts/two_factor_setup.html", form, setup=setup)


@password_page
def new_codes(request):
    if not two_factor.is_on(request.user):
        return redirect("two_factor")
    form = NewCodesForm(request, request.user, *posted(request))
    if form.is_valid():
        return show_for_a_minute(request, form.save(), _("You have new recovery codes."))
    return render_form(request, "accounts/two_factor_confirm.html", form, deed="new_codes")


@password_page
def switch_off(request):
    if not two_factor.is_on(request.user):
        return redirect("two_factor")
    form = SwitchOffForm(request, request.user, *posted(request))
    if form.is_valid():
        form.save()
        request.session.pop(django_otp.DEVICE_ID_SESSION_KEY, None)
        messages.success(request, _("Two-step log-in is off."))
        return redirect("two_factor")
    return render_form(request, "accounts/two_factor_confirm.html", form, deed="off")


def continue_with_second_step(request):
    """Mark this session as having passed the second step, and end all others."""
    del request.session[KEY_IN_SESSION]
    request.session.cycle_key()
    django_otp.login(request, two_factor.device_of(request.user))
    request.user.end_sessions(keep=request.session.session_key)


def show_for_a_minute(request, codes, message):
    """Redirect to the page with the recovery codes. The session keeps them sealed; the page opens them for a minute."""
    request.session[CODES_IN_SESSION] = _seal().encrypt(json.dumps(codes).encode()).decode()
    messages.success(request, message)
    return redirect("two_factor_codes_shown")


@require_safe
@never_cache
def shown_codes(request):
    """The recovery codes that were just made: for a minute, so that a form sent twice or F5 doesn't lose them."""
    try:
        codes = json.loads(_seal().decrypt(request.session.get(CODES_IN_SESSION, ""), ttl=SHOWN_FOR))
    except InvalidToken:
        codes = []
        request.session.pop(CODES_IN_SESSION, None)
    return render(request, "accounts/two_factor_codes.html", {"codes": codes})


def _seal():
    key = salted_hmac("accounts.views.two_factor.codes", "", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
