import re

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from microblog_site import lookalikes

DOMAIN_MAX_LENGTH = 253  # RFC 1035
USERNAME = re.compile(r"[A-Za-z0-9_]+")

# Names that could pass for the site or its staff, in the languages of the pages, with their usual endings.
RESERVED = r"""
    (the)? (
        abuse | administration | administrator | admin | all | anonymous | contact | deleted | everyone | helpdesk
        | help | here | hostmaster | info | me | microblog | moderation | moderator | mod | noreply | null | official
        | operator | owner | postmaster | root | security | service | site | staff | support | sysadmin | sysop
        | system | team | undefined | webmaster | administracion | administrador | administradora | administrateur
        | administratrice | administratore | administracja | assistance | assistenza | ayuda | ajuda | aide | aiuto
        | betreiber | contacto | contato | contatto | equipe | equipo | guanli | guanliyuan | guvenlik | hilfe
        | iletisim | kefu | kontakt | menahel | moderacao | moderacion | moderador | moderadora | moderateur
        | moderatrice | moderatore | moderacja | moderatorin | oficial | officiel | offiziell | ufficiale | operador
        | operadora | operateur | operatore | podderzhka | pomoc | pomoshch | prashasak | sahayata | seguranca
        | seguridad | securite | sicherheit | sicurezza | soporte | supporto | suporte | unei | wsparcie | yardim
        | yonetici | yonetim
    )s? (team|bot|staff|official)?
"""
RESERVED_USERNAMES = [
    re.compile(pattern, re.VERBOSE)
    for pattern in (RESERVED, re.sub(r"\w+", lambda word: lookalikes.at_a_glance(word[0]), RESERVED))
]


def validate_username(username):
    """A user name is 1 to `USERNAME_MAX_LENGTH` letters a–z, digits and underscores, and does not pass for the site."""
    if not USERNAME.fullmatch(username):
        raise ValidationError(_("User names can't contain spaces, accents or special characters."), code="invalid")
    if len(username) > settings.USERNAME_MAX_LENGTH:
        raise ValidationError(
            ngettext_lazy("Use at most %(maximum)d character.", "Use at most %(maximum)d characters.", "maximum"),
            code="max_length",
            params={"maximum": settings.USERNAME_MAX_LENGTH},
        )
    if _passes_for_site(username):
        raise ValidationError(_("This name is reserved. Choose another one."), code="reserved")


def _passes_for_site(username):
    readings = lookalikes.readings(username) | lookalikes.readings(username.rstrip("_0123456789"))
    site = lookalikes.readings(settings.SITE_NAME) - {""}
    readings |= {lookalikes.at_a_glance(reading) for reading in readings}
    return bool(site & readings) or any(
        names.fullmatch(reading) for names in RESERVED_USERNAMES for reading in readings
    )


def ascii_domain(domain):
    """Normalize `domain` for comparison: lower case, and ASCII as mail servers write it."""
    domain = domain.lower().rstrip(".")
    try:
        return _encoded(domain)
    except UnicodeError:
        return domain


def plain_domain(domain):
    """`domain` in one of the spellings that lead to the same mail server. Raises `UnicodeError` where none does."""
    encoded = _encoded(domain.lower())
    try:
        return encoded.encode().decode("idna")
    except UnicodeError:  # a letter that Python's own codec, of IDNA 2003, makes another one of, such as ß
        return encoded


def plain_address(email):
    """`email` with its domain as `plain_domain`, if it can be one."""
    name, at, domain = (email or "").rpartition("@")
    try:
        return f"{name}{at}{plain_domain(domain)}" if at else domain
    except UnicodeError:
        return email


def _encoded(domain):
    """As mail servers write it, by IDNA 2008 (RFC 5891, UTS 46), in which ß is no ss: that may be another's domain.

    Domains with symbols, which only IDNA 2003 had, remain what they were; so do host names with two hyphens.
    """
    if len(domain) > DOMAIN_MAX_LENGTH:
        raise UnicodeError("label too long")
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        encoded = domain.encode("idna")
        if not domain.isascii() and encoded.decode("idna") != domain:
            raise
        return encoded.decode("ascii")
