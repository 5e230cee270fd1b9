"""The time zones people choose from, by the names of the IANA database."""

import zoneinfo
from functools import cache
from itertools import groupby

from django.utils.translation import gettext_lazy as _

COOKIE = "time_zone"  # set by static/js/reader-time-zone.js
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
    """The names of places, sorted; without aliases such as `US/Pacific` and offsets such as `Etc/GMT+5`."""
    return sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS)


def known(name):
    """`name` if there is such a time zone, else None."""
    return name if name and (name == "UTC" or name in names()) else None


def of_device(request):
    """The time zone that the visitor's device is set to, as a script keeps it in a cookie; None where unknown."""
    return known(request.COOKIES.get(COOKIE))


def with_offset(name, moment):
    """`Europe/Berlin, UTC+02:00`: the zone and how far it is from UTC then: clocks show some times twice."""
    offset = moment.astimezone(zoneinfo.ZoneInfo(name)).strftime("%:z")
    return name if name == "UTC" else f"{name}, UTC{offset}"


def choices():
    """For a form field: UTC, then a group of places a region."""
    yield "UTC", "UTC"
    for region, places in groupby(names(), key=lambda name: name.partition("/")[0]):
        labels = {name: name.removeprefix(f"{region}/").replace("_", " ").replace("/", ", ") for name in places}
        yield REGIONS[region], list(labels.items())
