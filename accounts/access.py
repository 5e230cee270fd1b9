"""Who may come in, and whom a URL is about.

The site is closed by default (`accounts.middleware.LoginRequiredMiddleware`). A view open to everybody is marked with
Django's `login_not_required`, one open only while the site can be read without an account with `public_reading`.
"""

from functools import wraps

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from .validators import USERNAME


def public_reading(view):
    """Let strangers read what `view` shows while the setting `PUBLIC_READING` is on."""
    view.public_reading = True
    return view


def with_person(view):
    """Give `view` the person whom `<username>` in its URL names: `view(request, person, …)`.

    Another spelling, or a name given up recently, redirects to the current name; a POST is carried out at once. An
    unknown or suspended person is a 404.
    """

    @wraps(view)
    def wrapper(request, username, *args, **kwargs):
        person = _person_called(username)
        if request.method in ("GET", "HEAD") and username != person.username:
            return redirect(_url_with_name(request, person.username))
        return view(request, person, *args, **kwargs)

    return wrapper


def _person_called(username):
    people = get_user_model().objects.active()
    if not USERNAME.fullmatch(username):
        raise Http404
    person = people.named(username).first() or people.formerly_named(username).first()
    if person is None:
        raise Http404
    return person


def _url_with_name(request, username):
    here = request.resolver_match
    url = reverse(here.view_name, kwargs={**here.kwargs, "username": username})
    return f"{url}?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else url


def post_only(page):
    """Let a view act on POST only. A GET leads to the page it belongs to, a URL's name with the same arguments."""

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD"):
                return redirect(page, *args, **kwargs)
            return HttpResponseNotAllowed(["POST"])

        wrapper.post_only = True
        return wrapper

    return decorator


def registration_is_closed():
    return settings.REGISTRATION == "closed"


def may_register(email):
    """Whether the setting `REGISTRATION` lets somebody with this address sign up."""
    return settings.REGISTRATION == "open" or email.rpartition("@")[2] in allowed_mail_domains()


def allowed_mail_domains():
    return [domain.strip() for domain in settings.REGISTRATION.split(",")]
