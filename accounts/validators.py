import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

USERNAME = re.compile(r"[A-Za-z0-9_]+")

# Names that could pass for the site or its staff, with their usual endings.
RESERVED_USERNAME = re.compile(
    r"_*(the_*)?(admin|administrator|administration|root|system|sysadmin|webmaster|postmaster|hostmaster|abuse|security"
    r"|support|help|helpdesk|moderator|moderation|mod|mods|staff|team|official|service|microblog|site|owner|info|contact"
    r"|noreply|no_reply|everyone|all|here|null|undefined|anonymous|deleted|me)s?_*(team|bot|staff|official)?[_0-9]*",
    re.IGNORECASE,
)


def validate_username(username):
    """A user name is 1 to `USERNAME_MAX_LENGTH` letters a–z, digits and underscores, and does not pass for the site."""
    if not USERNAME.fullmatch(username):
        raise ValidationError(_("User names can't contain spaces, accents or other characters."), code="invalid")
    if len(username) > settings.USERNAME_MAX_LENGTH:
        raise ValidationError(
            ngettext_lazy("Use at most %(maximum)d character.", "Use at most %(maximum)d characters.", "maximum"),
            code="max_length",
            params={"maximum": settings.USERNAME_MAX_LENGTH},
        )
    if RESERVED_USERNAME.fullmatch(username) or username.lower() == settings.SITE_NAME.lower():
        raise ValidationError(_("This name is reserved. Choose another one."), code="reserved")


def ascii_domain(domain):
    """Normalize `domain` for comparison: lower case, and ASCII as mail servers write it."""
    domain = domain.lower().rstrip(".")
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def plain_domain(domain):
    """Normalize `domain` to a spelling that leads to the same mail server. Raises `UnicodeError` if there is none."""
    encoded = domain.lower().encode("idna")
    try:
        return encoded.decode("idna")
    except UnicodeError:  # newer than this codec
        return encoded.decode("ascii")
