"""The Accept headers of requests."""

import re

# At the beginning or after a comma only: a search from every character would take quadratic time.
REFUSED = re.compile(r"(?:^|(?<=,))[^,;]+;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


def wanted(header):
    """An Accept header without what the client refuses by a weight of zero (RFC 9110, 12.4.2): `en` of `en, de;q=0`."""
    return REFUSED.sub("", header).strip()
