"""Memory of a web server's worker after 2,000 and after 10,000 requests.

The requests are mixed as on a busy day, from all over the site, so that caches fill: `python -m benchmarks.memory` in
the environment of `benchmarks.server`.
"""

import random
from itertools import islice
from pathlib import Path

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.urls import reverse  # noqa: E402

from posts.models import Post  # noqa: E402

from . import browsers, pages  # noqa: E402
from .readers import NAMES  # noqa: E402
from .server import Server  # noqa: E402

MOMENTS = (2_000, 10_000)  # requests per worker
WORKERS = 2
HOUR = 60 * 60  # seconds


def measure(visitors):
    """The proportional set size of the largest worker at the end, in MB, and the fraction by which it grew."""
    newest, asked, sizes = Post.objects.latest("pk").pk, 0, []
    requests = (request.as_text().encode() for request in busy_day(visitors, newest))
    try:
        with Server(WEB_WORKERS=str(WORKERS), GUNICORN_CMD_ARGS="--max-requests 0") as server:
            for moment in MOMENTS:
                number = WORKERS * moment - asked
                statuses = browsers.ask_all(server.port, islice(requests, number), HOUR, repeat=False)["statuses"]
                if max(statuses) >= 500:
                    raise RuntimeError(f"Pages were answered with {dict(statuses)}.")
                asked += number
                sizes.append(max(map(proportional_set_size, server.workers())))
    finally:
        for post in Post.objects.filter(pk__gt=newest):
            post.delete()
    return {"pss_mb": sizes[-1], "growth": sizes[-1] / sizes[0] - 1}


def busy_day(visitors, newest):
    """An endless stream of requests, always the same."""
    chance = random.Random(1886)
    people = get_user_model().objects.filter(is_active=True, posts_count__gt=0).order_by("pk")
    names = list(people.values_list("username", flat=True)[:2_000])
    while True:
        reader, place, path = chance.choice(NAMES), chance.randrange(newest), chance.random()
        if path < 0.3:
            yield visitors.get(reader, reverse("home"))
        elif path < 0.5:
            yield visitors.get(reader, f"{reverse('home')}?before={place}")
        elif path < 0.7:
            yield visitors.get(reader, f"{reverse('explore')}?before={place}")
        elif path < 0.9:
            page = chance.choice(["profile", "followers", "following"])
            yield visitors.get(reader, reverse(page, args=[chance.choice(names)]))
        elif path < 0.97:
            yield visitors.get(reader, reverse("settings_profile"))
        else:
            yield visitors.post(reader, reverse("post_create"), body=f"{pages.TEXT} {place}")


def proportional_set_size(pid):
    """In MB: memory shared by several processes counts in proportion."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main():
    visitors = pages.Visitors()
    try:
        print("{pss_mb:.0f} MB a worker, {growth:.1%} more than before".format(**measure(visitors)))
    finally:
        visitors.leave()


if __name__ == "__main__":
    main()
