from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import emails, two_factor
from accounts.access import post_only
from accounts.models import EmailChange, NotTheirs, User
from accounts.tokens import ConfirmationToken, UndoToken
from microblog_site import security_log
from microblog_site.http import form_page, redirect_back
from microblog_site.limits.rate_limits import limited


@login_not_required
@form_page
@never_cache
def confirm(request, token):
    user_id, email = ConfirmationToken().read(token) or (None, "")
    person = User.objects.active().filter(pk=user_id).first()
    if request.method == "POST" and person and _confirm(person, email):
        security_log.note("address_confirmed", request, person)
        messages.success(request, _("Thanks! Your e-mail address is confirmed."))
        return redirect("home" if request.user.is_authenticated else "login")
    context = {
        "person": person,
        "email": email,
        "is_confirmed": person and person.has_confirmed(email),
        "is_taken": person and person.rival_for(email),
        "is_claimed": person and person.claims(email),
    }
    return render(request, "accounts/email_confirm.html", context)


@transaction.atomic
def _confirm(person, email):
    """Return whether the address is theirs now. The owner of the address it replaces is told."""
    try:
        change = person.confirm_email(email)
    except NotTheirs:
        return False
    if change:
        emails.send_address_changed.enqueue(change.pk, get_language())
    return True


@post_only("settings_account")
@limited("confirm")
def send_again(request):
    if request.user.email_to_confirm:
        emails.send_confirmation.enqueue(request.user.pk, get_language())
        messages.success(request, _("We've sent a new link. It may take a few minutes to arrive."))
    return redirect_back(request, "settings_account")


@post_only("settings_account")
def cancel_change(request):
    request.user.claim_email("")
    security_log.note("address_claim_cancelled", request)
    messages.success(request, _("Your address stays the same."))
    return redirect("settings_account")


@login_not_required
@form_page
@never_cache
def undo_change(request, token):
    change = EmailChange.objects.undoable().select_related("user").filter(pk=UndoToken().read(token)).first()
    if request.method == "POST" and change and _undo(change):
        security_log.note("address_change_undone", request, change.user)
        if request.user == change.user:
            logout(request)
        messages.success(request, _("The address is yours again. We've sent you a link to choose a new password."))
        return redirect("login")
    context = {"change": change, "is_taken": change and change.user.rival_for(change.former)}
    return render(request, "accounts/email_undo.html", context)


@transaction.atomic
def _undo(change):
    """Return whether the change was undone. The owner of the former address gets a password reset link."""
    is_undone = change.undo()
    if is_undone:
        # Whoever changed the address may have set it up, just before or since. Older ones are the owner's.
        two_factor.switch_off(change.user, since=change.changed_at - timedelta(days=settings.UNDO_EMAIL_DAYS))
        emails.send_password_reset.enqueue(change.former, get_language())
    return is_undone
