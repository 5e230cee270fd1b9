"""The time zones people choose from, with their IANA names."""

import zoneinfo
from functools import cache
from itertools import groupby

from django.utils.translation import gettext_lazy as _

COOKIE = "time_zone"  # set by static/js/times.js
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


@cache
def names():
    """Location names, sorted; without aliases such as `US/Pacific` and offsets such as `Etc/GMT+5`."""
    return sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS)


def known(name):
    """`name` if such a time zone exists, else None."""
    return name if name and (name == "UTC" or name in names()) else None


def of_device(request):
    """The time zone of the visitor's device, from a cookie set by a script; None if unknown."""
    return known(request.COOKIES.get(COOKIE))


def with_offset(name, moment):
    """`Europe/Berlin, UTC+02:00`: the zone and its UTC offset at `moment`, because clocks show some times twice."""
    offset = moment.astimezone(zoneinfo.ZoneInfo(name)).strftime("%:z")
    return name if name == "UTC" else f"{name}, UTC{offset}"


def choices():
    """Choices for a form field: UTC, then the locations grouped by region."""
    yield "UTC", "UTC"
    for region, places in groupby(names(), key=lambda name: name.partition("/")[0]):
        labels = {name: name.removeprefix(f"{region}/").replace("_", " ").replace("/", ", ") for name in places}
        yield REGIONS[region], list(labels.items())
