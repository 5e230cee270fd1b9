"""Who may enter, who may write, and which person a URL names.

The site is closed by default (`accounts.middleware.LoginRequiredMiddleware`). Views open to everybody are marked with
Django's `login_not_required`, views open only while the site can be read without an account with `public_reading`.
"""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from microblog_site.http import comes_back, form_page, is_ajax, redirect_back, referer_path
from microblog_site.limits.rate_limits import limited

from .models import BlockedDomain, BlockedName, User
from .validators import USERNAME, ascii_domain


def public_reading(view):
    """Let logged-out visitors read what `view` shows while the setting `PUBLIC_READING` is on."""
    view.public_reading = True
    return view


def with_person(view, refuse=None):
    """Pass `view` the person named by `<username>` in its URL: `view(request, person, …)`.

    A different spelling or a recently given up name redirects to the current name; a POST is carried out without a
    redirect. An unknown or suspended person is a 404. If `refuse(request, person)` returns a response, that is the
    answer.
    """

    @wraps(view)
    def wrapper(request, username, *args, **kwargs):
        person = _person_called(username)
        if refuse and (refusal := refuse(request, person)):
            return refusal
        if request.method in ("GET", "HEAD") and username != person.username:
            here = request.resolver_match
            kwargs = {**here.kwargs, "username": person.username}
            return redirect(reverse(here.view_name, kwargs=kwargs, query=request.GET))
        return view(request, person, *args, **kwargs)

    return wrapper


def _person_called(username):
    people = User.objects.active() if USERNAME.fullmatch(username) else User.objects.none()
    if person := people.named(username).first() or people.formerly_named(username).first():
        return person
    raise Http404


def post_only(page, *, takes_text=False):
    """Restrict a view to POST. A GET redirects to the page it belongs to: `page`, a URL name that takes the same
    arguments, or a view that redirects there.

    Unless it `takes_text`, it is for a button, and nothing of a POST that can't be taken is kept.
    """

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method in ("GET", "HEAD"):
                if came_from := comes_back(request) and referer_path(request):
                    return redirect(came_from)
                return page(request, *args, **kwargs) if callable(page) else redirect(page, *args, **kwargs)
            return require_POST(view)(request, *args, **kwargs)

        wrapper.post_only, wrapper.takes_text = True, takes_text
        return wrapper

    return decorator


def password_first(view):
    """For a POST that would help a thief: who gave their password too long ago gives it again, and then repeats it."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.session.password_is_fresh:
            return view(request, *args, **kwargs)
        request.is_stale = True  # not taken: sent again, it is a first time
        page = referer_path(request) or reverse("settings_account")
        return redirect(reverse("password_again", query={"next": page}))

    return wrapper


def password_page(view):
    """For a view whose form asks for the current password, and for a two-factor code where needed."""
    return form_page(sensitive_post_parameters("password", "code")(limited("password")(never_cache(view))))


unconfirmed = ValidationError(
    _("Confirm your e-mail address first: open the link in the e-mail we sent you."), code="unconfirmed"
)


def may_write(person):
    """Whether `person` may do what others can see. False if they must confirm their e-mail address first.

    That is so with `CONFIRM_EMAIL=required`, and where only some mail domains may sign up: anybody could claim an
    address there.
    """
    has_to_confirm = settings.CONFIRM_EMAIL == "required" or allowed_mail_domains()
    return not has_to_confirm or person.email_confirmed_at is not None


def writing(view):
    """Refuse people who may not write, on GET too, so that nobody fills in the form in vain. `unconfirmed` is the
    message.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if may_write(request.user):
            return view(request, *args, **kwargs)
        if is_ajax(request):
            return HttpResponseForbidden(unconfirmed.message, content_type="text/plain; charset=utf-8")
        messages.error(request, str(unconfirmed.message))
        return redirect_back(request, "home") if request.method == "POST" else redirect("home")

    return wrapper


def allowed_mail_domains():
    """The mail domains that `REGISTRATION` allows; empty if it is simply open or closed."""
    if settings.REGISTRATION in ("open", "closed"):
        return []
    return [domain.strip() for domain in settings.REGISTRATION.split(",") if domain.strip()]


def validate_address(email):
    """Raise `ValidationError` if nobody may use this address, at sign-up or later."""
    domain, allowed = ascii_domain(email.rpartition("@")[2]), allowed_mail_domains()
    if allowed and domain not in map(ascii_domain, allowed):
        raise ValidationError(
            _("Only people with an e-mail address at one of these domains can sign up here: %(domains)s."),
            code="domain",
            params={"domains": ", ".join(allowed)},
        )
    if BlockedDomain.objects.covering(domain).exists():
        raise ValidationError(_("E-mail addresses at this domain can't be used here."), code="blocked")


def validate_name(name):
    """Raise `ValidationError` if nobody may use this name. The message does not say why."""
    if BlockedName.objects.are_in(name):
        raise ValidationError(_("This name can't be used here."), code="blocked")
