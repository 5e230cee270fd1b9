"""The settings for measuring pages: the site's own, plus an empty page (`benchmarks.urls`)."""

from microblog_site.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
