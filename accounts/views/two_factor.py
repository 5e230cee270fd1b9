import json
import time

import django_otp
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_otp.plugins.otp_totp.models import default_key

from accounts import two_factor
from accounts.access import password_page
from accounts.forms.two_factor import ConfirmedByBoth, SwitchOnForm
from microblog_site import security_log
from microblog_site.encryption import Undecryptable, decrypt, encrypt
from microblog_site.http import posted, render_form

KEY_IN_SESSION = "two_factor_key"  # encrypted; shown to the person, not confirmed yet
CODES_IN_SESSION = "recovery_codes"
SHOWN_FOR = 60  # seconds


@password_page
def overview(request):
    person = request.user
    if two_factor.is_on(person):
        return render(request, "accounts/two_factor.html", {"codes_left": two_factor.codes_left(person)})
    if not person.email_confirmed_at:
        return render(request, "accounts/two_factor_setup.html")
    key = offered_key(request)
    form = SwitchOnForm(key, person, *posted(request), request=request)
    if form.is_valid() and (codes := form.save()):
        continue_with_second_step(request)
        security_log.note("two_factor_on", request)
        return show_for_a_minute(request, codes, _("Two-step log-in is on."))
    setup = two_factor.TOTPSetup(person, key)
    return render_form(request, "accounts/two_factor_setup.html", form, setup=setup)


def offered_key(request):
    owner = _owner("two_factor_setup", request)
    try:
        return decrypt(request.session.get(KEY_IN_SESSION, ""), owner).hex()
    except Undecryptable:
        key = default_key()
        request.session[KEY_IN_SESSION] = encrypt(bytes.fromhex(key), owner)
        return key


@password_page
def new_codes(request):
    if not two_factor.is_on(request.user):
        return redirect("two_factor")
    form = ConfirmedByBoth(request, request.user, *posted(request))
    if form.is_valid():
        security_log.note("new_recovery_codes", request)
        return show_for_a_minute(request, two_factor.renew_codes(request.user), _("You have new recovery codes."))
    return render_form(request, "accounts/two_factor_confirm.html", form, deed="new_codes")


@password_page
def switch_off(request):
    if not two_factor.is_on(request.user):
        return redirect("two_factor")
    form = ConfirmedByBoth(request, request.user, *posted(request))
    if form.is_valid():
        two_factor.switch_off(request.user)
        security_log.note("two_factor_off", request)
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
    """Redirect to the page with the recovery codes, which the session keeps encrypted for it."""
    kept = {"codes": codes, "until": time.time() + SHOWN_FOR}
    request.session[CODES_IN_SESSION] = encrypt(json.dumps(kept).encode(), _owner("shown_codes", request))
    messages.success(request, message)
    return redirect("two_factor_codes_shown")


@require_safe
@never_cache
def shown_codes(request):
    """The recovery codes that were just made: for a minute, so that a form sent twice or F5 doesn't lose them."""
    try:
        kept = json.loads(decrypt(request.session.get(CODES_IN_SESSION, ""), _owner("shown_codes", request)))
    except Undecryptable:
        kept = {"codes": [], "until": 0}
    codes = kept["codes"] if time.time() < kept["until"] else []
    if not codes:
        request.session.pop(CODES_IN_SESSION, None)
    return render(request, "accounts/two_factor_codes.html", {"codes": codes})


def _owner(purpose, request):
    return f"accounts.{purpose}:{request.user.pk}"
