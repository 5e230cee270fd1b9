"""The site's pages and an empty one, which goes through the same middleware: what any page costs at least."""

from django.http import HttpResponse
from django.urls import path

from microblog_site.urls import *  # noqa: F403

urlpatterns = [*urlpatterns, path("empty/", lambda request: HttpResponse(), name="empty")]  # noqa: F405
