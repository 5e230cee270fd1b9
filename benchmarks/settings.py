"""The settings that pages are measured with: the site's own, and one page more, an empty one (`benchmarks.urls`)."""

from microblog_site.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
