"""The site's pages plus an empty one behind the same middleware: the minimum cost of any page."""

from django.http import HttpResponse
from django.urls import path

from microblog_site.urls import *  # noqa: F403

urlpatterns = [*urlpatterns, path("empty/", lambda request: HttpResponse(), name="empty")]  # noqa: F405
