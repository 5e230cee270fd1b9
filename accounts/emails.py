"""The app's e-mails, each sent by a task; their texts are in `templates/emails/`.

Every task may run twice, and its subject may be gone by then. `language` is for people who never chose one.
"""

import math
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from microblog_site import mail, mail_queue
from microblog_site.limits import rate_limits

from . import timezones
from .models import EmailChange, Session, User
from .tokens import ConfirmationToken, PasswordResetTokenGenerator, UndoToken

DAY = 24 * 60 * 60  # seconds
SPELLINGS = 3  # of one address, in upper and lower case: how many get a reset link at once


@mail_queue.task
def send_confirmation(user_id, language):
    """E-mail a confirmation link to a person's unconfirmed address: opening it proves that they read mail there.

    If another account has confirmed the address, its owner is told instead, so that no page reveals whether one has.
    """
    person = User.objects.active().filter(pk=user_id).first()
    if not (person and person.email_to_confirm):
        return
    email = person.email_to_confirm
    owner = person.rival_for(email)
    if owner is None:
        days = math.ceil(settings.CONFIRMATION_TIMEOUT / DAY)
        link = _link("email_confirm", ConfirmationToken().make([person.pk, email]))
        send("confirm_address", person, language, to=email, email=email, link=link, days=days)
    elif not owner.suspended_at:  # also while the account is pending deletion: logging in cancels that
        context = {"person": owner, "link": _link("login"), "password_link": _link("password_reset")}
        _send_bounded("address_taken", owner.email, context, owner.language or language)


@mail_queue.task
def send_address_changed(change_id, language):
    """Tell the owner of a person's former address that it was replaced, with a link to undo the change."""
    if change := EmailChange.objects.undoable().select_related("user").filter(pk=change_id).first():
        context = {"link": _link("email_undo", UndoToken().make(change.pk)), "days": settings.UNDO_EMAIL_DAYS}
        send("address_changed", change.user, language, to=change.former, email=change.user.email, **context)


@mail_queue.task
def send_password_reset(email, language, done=()):
    """E-mail a password reset link for each account with this address, all of them together.

    Each goes to the address as its account has it: to some mail servers, the case of letters matters. A task of its own
    sends each spelling, except those `done`: one that fails does not repeat those before it.
    """
    by_spelling = {}
    for person in User.objects.owners_of(email):
        by_spelling.setdefault(person.email, []).append(person)
    left = sorted((to for to in by_spelling if to not in done), key=lambda spelling: spelling != email)
    for to in left[: len(done) < SPELLINGS]:
        person, *others = by_spelling[to]
        accounts = [{"username": one.username, "link": _reset_link(one)} for one in (person, *others)]
        context = {"person": person, "accounts": accounts, "link": accounts[0]["link"]}
        context["minutes"] = settings.PASSWORD_RESET_TIMEOUT // 60
        mail.send("password_reset", to, context, language if others else person.language or language)
        if len(left) > 1:
            send_password_reset.enqueue(email, language, done=[*done, to])


def _reset_link(person):
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return _link("password_reset_confirm", uid, PasswordResetTokenGenerator().make_token(person))


@mail_queue.task
def send_password_changed(user_id, language):
    if person := User.objects.reachable().filter(pk=user_id).first():
        send("password_changed", person, language, link=_link("password_reset"))


@mail_queue.task
def send_two_factor_changed(user_id, news, language):
    """Tell a person what happened to their two-factor log-in (see `two_factor.tell`), in case it was not them."""
    if person := User.objects.with_own_address().filter(pk=user_id).first():
        send("two_factor_changed", person, language, news=news, link=_link("password_reset"))


@mail_queue.task
def send_new_device(user_id, browser, address, started_at, language):
    """Tell a person about a log-in from a new browser, unless they turned these e-mails off."""
    if person := User.objects.reachable().filter(pk=user_id, mail_new_devices=True).first():
        session = Session(browser=browser, address=address, started_at=datetime.fromisoformat(started_at))
        context = {"link": _link("settings_account"), "password_link": _link("password_change")}
        _send_about("new_device", session.started_at, person, language, session=session, **context)


@mail_queue.task
def send_deletion_requested(user_id, language):
    """Tell a person until when logging in cancels the deletion of their account."""
    leaving = User.objects.with_own_address().filter(deletion_requested_at__isnull=False, erased_at=None)
    if person := leaving.filter(pk=user_id).first():
        until = person.deletion_due_at
        context = {"link": _link("login"), "password_link": _link("password_reset")}
        _send_about("deletion_requested", until, person, language, until=until, **context)


@mail_queue.task
def send_account_deleted(email, name, username, language, is_confirmed=False):
    """Tell somebody that their account is gone. By then only the task's arguments say who they were."""
    send_it = mail.send if is_confirmed else _send_bounded
    send_it("account_deleted", email, {"person": {"name": name, "username": username}}, language)


def send(template, person, language, *, to=None, **context):
    """Send an e-mail to a person, with dates in their time zone; `language` is for people who never chose one."""
    to = to or person.email
    is_confirmed = person.email_confirmed_at and to != person.pending_email
    send_it = mail.send if is_confirmed else _send_bounded
    with timezone.override(_zone_of(person)):
        send_it(template, to, {"person": person, **context}, person.language or language)


def _send_bounded(template, to, context, language):
    """Send an e-mail to an address that nobody has confirmed, unless it got too many: it may be a stranger's."""
    if not rate_limits.allow("confirm", email=to):
        return
    try:
        mail.send(template, to, context, language)
    except Exception:
        rate_limits.refund("confirm", email=to)  # it is going to be tried again
        raise


def _send_about(template, moment, person, language, **context):
    """Send an e-mail that gives a time, and names the person's time zone."""
    send(template, person, language, zone=timezones.with_offset(_zone_of(person), moment), **context)


def _zone_of(person):
    return timezones.known(person.time_zone) or "UTC"


def _link(page, *args):
    return settings.SITE_URL + reverse(page, args=args)
