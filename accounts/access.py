"""Who may come in, who may write, and which person a URL names.

The site is closed by default (`accounts.middleware.LoginRequiredMiddleware`). A view open to everybody is marked with
Django's `login_not_required`, one open only while the site can be read without an account with `public_reading`.
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

from microblog_site.http import form_page, is_ajax, redirect_back
from microblog_site.limits.rate_limits import limited

from .models import BlockedDomain, BlockedName, User
from .validators import USERNAME, ascii_domain


def public_reading(view):
    """Let strangers read what `view` shows while the setting `PUBLIC_READING` is on."""
    view.public_reading = True
    return view


def with_person(view, refuse=None):
    """Give `view` the person that `<username>` in its URL names: `view(request, person, …)`.

    Another spelling, or a name given up recently, redirects to the current name; a POST is carried out at once. An
    unknown or suspended person is a 404. Where `refuse(request, person)` gives an answer, that is all there is to see.
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


def post_only(page):
    """Let a view act on POST only. A GET leads to the page it belongs to, a URL's name with the same arguments."""

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method in ("GET", "HEAD"):
                return redirect(page, *args, **kwargs)
            return require_POST(view)(request, *args, **kwargs)

        wrapper.post_only = True
        return wrapper

    return decorator


def password_page(view):
    """For a view whose form asks for the present password, and maybe a code of two-step log-in."""
    return form_page(sensitive_post_parameters("password", "code")(limited("password")(never_cache(view))))


unconfirmed = ValidationError(
    _("Confirm your e-mail address first: open the link in the e-mail we sent you."), code="unconfirmed"
)


def may_write(person):
    """Whether `person` may do what others see: anybody, unless they have to confirm their address first.

    That is by `CONFIRM_EMAIL`, or because only some mail domains may sign up, where anybody could claim an address.
    """
    has_to_confirm = settings.CONFIRM_EMAIL == "required" or allowed_mail_domains()
    return not has_to_confirm or person.email_confirmed_at is not None


def writing(view):
    """Refuse those who may not write, also the form, so that nobody writes in vain; `unconfirmed` says what to do."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if may_write(request.user):
            return view(request, *args, **kwargs)
        if is_ajax(request):
            return HttpResponseForbidden()
        messages.error(request, str(unconfirmed.message))
        return redirect_back(request, "home") if request.method == "POST" else redirect("home")

    return wrapper


def allowed_mail_domains():
    """The mail domains whose people may sign up; none where that does not matter."""
    if settings.REGISTRATION in ("open", "closed"):
        return []
    return [domain.strip() for domain in settings.REGISTRATION.split(",") if domain.strip()]


def validate_address(email):
    """Raises `ValidationError` where nobody may take this address, at sign-up or later."""
    domain, allowed = ascii_domain(email.rpartition("@")[2]), allowed_mail_domains()
    if allowed and domain not in map(ascii_domain, allowed):
        raise ValidationError(
            _("Only e-mail addresses at these domains can sign up here: %(domains)s."),
            code="domain",
            params={"domains": ", ".join(allowed)},
        )
    if BlockedDomain.objects.covering(domain).exists():
        raise ValidationError(_("E-mail addresses at this domain can't be used here."), code="blocked")


def validate_name(name):
    """Raises `ValidationError` where nobody may take this name, which does not say why."""
    if BlockedName.objects.within(name).exists():
        raise ValidationError(_("This name can't be used here."), code="blocked")
