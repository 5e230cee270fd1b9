"""Paths for browsers and programs, the same for everybody (see `SameForAllMiddleware`)."""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.log import log_response
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import etag, require_safe

# A hash of the content and the width in pixels: the content of a name never changes.
PICTURE_NAME = re.compile(r"avatars/[0-9a-f]+-[0-9]+\.webp")
RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))", re.IGNORECASE)  # only one, of bytes
DISALLOWED = ("admin", "email", "health", "language", "login", "logout", "password", "posts", "register", "settings")
SECURITY_TXT_DAYS = 180


@login_not_required
@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
@etag(lambda request, name: f'"{name}"' if PICTURE_NAME.fullmatch(name) else None)
def media(request, name):
    """Serve an uploaded picture: only under a name that the site generated, always with the type it produces."""
    if not PICTURE_NAME.fullmatch(name):
        raise Http404
    try:
        picture = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(picture, content_type="image/webp", headers={"Accept-Ranges": "bytes"})
    if request.method == "HEAD" or request.headers.get("If-Range", f'"{name}"') != f'"{name}"':
        return response
    return part_of(picture, request.headers.get("Range", "")) or response


def part_of(picture, wanted):
    """The answer to a Range header (RFC 9110, 14); None if it is not understood, for the whole file."""
    if not (found := RANGE.fullmatch(wanted.strip())):
        return None
    start, end, last = (int(number) if number else None for number in found.groups())
    if None not in (start, end) and end < start:
        return None
    start = max(picture.size - last, 0) if start is None else start
    end = min(picture.size if end is None else end + 1, picture.size)
    with picture:
        if start >= end:
            whole = {"Content-Range": f"bytes */{picture.size}", "Cache-Control": "no-store"}
            return HttpResponse(status=416, headers=whole)
        picture.seek(start)
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{picture.size}", "Accept-Ranges": "bytes"}
        return HttpResponse(picture.read(end - start), status=206, content_type="image/webp", headers=headers)


@login_not_required
@require_safe
@never_cache
def health_live(request):
    return plain("alive")


@login_not_required
@require_safe
@never_cache
def health_ready(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        cache.set("health", "well")
        if cache.get("health") != "well":
            raise RuntimeError("the cache forgets")
        return plain("ready")
    except Exception as error:  # noqa: BLE001, databases and caches fail in many ways
        response = plain("not ready", status=503)
        log_response("Not ready: %s", str(error), request=request, response=response)
        return response


@login_not_required
@require_safe
def robots_txt(request):
    paths = [f"/{name}/" for name in DISALLOWED] if settings.PUBLIC_READING else ["/"]
    return plain("\n".join(["User-agent: *", *(f"Disallow: {path}" for path in paths)]))


@login_not_required
@require_safe
def security_txt(request):
    """Where to report a vulnerability (RFC 9116)."""
    expires = timezone.now() + timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return plain("\n".join(lines))


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def icon(request, name):
    """The site's icon, for browsers that look for it at the root instead of in the page."""
    return redirect(static(name))


def plain(text, status=200):
    answer = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    answer["Content-Length"] = len(answer.content)
    return answer
