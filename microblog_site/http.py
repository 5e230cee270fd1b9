"""Requests and responses for views of every app: who asks, and whether a browser or a script that wants a fragment."""

import re
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from . import typed

ADDRESS = re.compile(r"\[([^]%]+)[^]]*](?::[0-9]+)?|([0-9.]+):[0-9]+|([^%]*)(?:%.*)?")
form_page = require_http_methods(["GET", "HEAD", "POST"])  # for a view that shows a form and processes it


def is_ajax(request):
    """Whether a script asks: it gets a fragment, 422 or 401 instead of a page or a redirect."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def client_address(request):
    """The IP address of the client; None if there is none, as behind a Unix socket.

    `X-Forwarded-For` counts only if the request came through a proxy in `TRUSTED_PROXIES`, and then only its last entry
    that is not such a proxy. The client could have made up everything before that.
    """
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    for entry in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not _is_trusted(address) or not (forwarded := _parsed(entry)):
            break
        address = forwarded
    return address and str(address)


def _parsed(address):
    """The address, which some proxies give with a port: `192.0.2.1:80`, `[2001:db8::1]:80`; None if there is none."""
    bare = ADDRESS.fullmatch(address.strip())
    try:
        parsed = ip_address(bare[1] or bare[2] or bare[3])
    except (ValueError, TypeError):
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _is_trusted(address):
    if address is None:
        return "unix" in settings.TRUSTED_PROXIES
    return any(address in network for network in settings.TRUSTED_PROXIES if network != "unix")


def comes_back(request):
    """Whether this was a POST that could not be taken, which goes on as a GET of the page that holds the form."""
    return getattr(request, "is_stale", False)


def posted(request):
    """The data and files of a POST; nothing for other methods."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def render_form(request, template, form, sent_to=None, **context):
    """The page or fragment with a form, filled with what was typed when it could not be taken (`typed`).

    `sent_to` is the path the form goes to, if not to this page. With errors: 200 for a browser, 422 for a script.
    """
    is_filled = typed.fill(request, form, sent_to)
    status = 422 if form.is_bound and is_ajax(request) else 200
    response = render(request, template, {"form": form, **context}, status=status)
    return typed.keep_private(response) if is_filled else response


class FormMixin:
    """For Django's class-based form views: send a script status 422 if the form is invalid."""

    http_method_names = ["get", "head", "post"]

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422 if is_ajax(self.request) else 200
        return response

    def render_to_response(self, context, **kwargs):
        is_filled = typed.fill(self.request, context["form"])
        response = super().render_to_response(context, **kwargs)
        return typed.keep_private(response) if is_filled else response


def lead_to_log_in(request):
    """Redirect to log-in and from there to the requested page, or for a POST to the page it came from. Scripts get a
    401.
    """
    if is_ajax(request):
        return HttpResponse(status=401)
    is_page = request.method in ("GET", "HEAD") and not comes_back(request)
    page = request.get_full_path() if is_page else referer_path(request)
    return redirect_to_login(page) if page else redirect(settings.LOGIN_URL)


def clear_cache(response):
    """Have the browser forget the pages it holds, so that Back shows nothing of who was logged in."""
    response["Clear-Site-Data"] = '"cache"'
    return response


def is_own_url(request, url):
    """Whether `url` leads to this site, so that a redirect to it is safe: an absolute path, or a URL with our host.

    Relative URLs are refused, because `redirect` would take them for the name of a view.
    """
    return url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def next_page(request):
    """The page of this site that `next` asks for after log-in or sign-up; '' if none, or if it is one of these."""
    url = request.POST.get("next", request.GET.get("next", ""))
    ways_in_and_out = [reverse(name) for name in ("login", "logout", "register")]
    return url if is_own_url(request, url) and urlsplit(url).path not in ways_in_and_out else ""


def referer_path(request):
    """Path and query of this site's page that the request came from, or ''; never a path that accepts only POST."""
    referer = request.headers.get("Referer", "")
    if not is_own_url(request, referer):
        return ""
    parts = urlsplit(referer)
    path = parts.path or "/"
    with suppress(Resolver404):
        if getattr(resolve(path).func, "post_only", False):
            return ""
    return escape_leading_slashes(f"{path}?{parts.query}" if parts.query else path)


def redirect_back(request, fallback):
    """Redirect to the page of this site that the request came from, else to `fallback` (a view name, URL or model)."""
    return redirect(referer_path(request) or fallback)
