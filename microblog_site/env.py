"""The operator's settings: environment variables and the lines of `.env`, read and checked in one place.

`.env.example` lists every setting with its default; an empty value means the default. A wrong value raises
`ImproperlyConfigured` with a sentence that names the setting, what it accepts and what it got.
"""

import os
import re
import sys
from contextlib import contextmanager
from io import StringIO
from ipaddress import IPv6Address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
import idna
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY_MIN_LENGTH = 50
MAX_INTEGER = 2**31 - 1
MAX_DAYS = 36_500  # keeps now plus or minus so many days a valid date

YES, NO = ("on", "true", "yes", "1"), ("off", "false", "no", "0")
HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
MAIL_ADDRESS = re.compile(r"[^@<>\s]+@[^@<>\s]+|[^<>]*<[^@<>\s]+@[^@<>\s]+>")
MAIL_DOMAIN = re.compile(r"[^@*/\s.]+(\.[^@*/\s.]+)+")
LIMIT = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([smhd])")
ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z0-9_]+)\s*=\s*(.*)")
PERIODS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}  # seconds
USUAL_PORTS = {"http": 80, "https": 443}


@contextmanager
def exit_on_mistakes():
    """End the process on a wrong setting: exit code 1, and the sentence instead of a traceback."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def mistake(name, takes, value):
    """The exception to raise, with any password in a URL removed."""
    shown = re.sub(r"//.*@", "//…@", value)
    return ImproperlyConfigured(f"{name} takes {takes}, not {shown!r}.")


class Env(environ.Env):
    def str(self, name, default="", choices=()):
        """The value; with `choices`, one of them, in any case."""
        value = self.ENVIRON.get(name, "").strip() or default
        if not choices or value == default:
            return value
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        raise mistake(name, f"one of {', '.join(choices)}", value)

    def bool(self, name, default):
        return self.str(name, "on" if default else "off", choices=YES + NO) in YES

    def int(self, name, default, minimum=1, maximum=MAX_INTEGER):
        value = self.str(name, str(default))
        if not re.fullmatch(r"-?[0-9]{1,20}", value) or not minimum <= int(value) <= maximum:
            raise mistake(name, f"a whole number from {minimum} to {maximum}", value)
        return int(value)

    def days(self, name, default, minimum=0):
        return self.int(name, default, minimum, MAX_DAYS)

    def list(self, name, default=""):
        """Values separated by commas."""
        return [value for value in map(str.strip, self.str(name, default).split(",")) if value]

    def email(self, name, default=""):
        """An e-mail address; `Ana <ana@town.example>` works too."""
        value = self.str(name, default)
        return value if value == default else _email(name, value)

    def emails(self, name):
        return [_email(name, value) for value in self.list(name)]

    def networks(self, name, default="", word=""):
        """IP addresses and networks; `word` is accepted too and returned unchanged."""
        return [value if value == word else _network(name, value) for value in self.list(name, default)]

    def url(self, name, schemes, default="", example=""):
        """The URL of a service. It may hold a password, so errors do not repeat it."""
        url = self.str(name, default)
        if url and (reason := _why_no_url(url, schemes)):
            raise ImproperlyConfigured(f"{name} takes a URL like {example or default}, {reason}.")
        return url

    def limits(self, **actions):
        """The `LIMITS` setting, from the variable and default of each limit, by action and what it is counted for."""
        return {action: {who: self.limit(*knob) for who, knob in knobs.items()} for action, knobs in actions.items()}

    def limit(self, name, default):
        """Times and seconds from a value such as `5/15m`; None for 0, which means no limit."""
        value = self.str(name, default).lower()
        parts = LIMIT.fullmatch(value)
        if not parts and value != "0":
            takes = "so many in so many seconds (s), minutes (m), hours (h) or days (d), like 5/15m, or 0 for no limit"
            raise mistake(name, takes, value)
        return (int(parts[1]), int(parts[2] or 1) * PERIODS[parts[3]]) if parts else None


env = Env()


def read_env_file():
    """Read `.env` for whatever the environment itself does not set.

    `ENV_FILE` names another file; if it is empty, no file is read (tests).
    """
    if not (name := os.environ.get("ENV_FILE", ".env")):
        return
    try:
        text = (BASE_DIR / name).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return  # The file is optional: the environment may hold all settings.
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error}.") from error
    env.read_env(StringIO("\n".join(_assignments(name, text))))


def _assignments(name, text):
    """The lines of an environment file without comments, as django-environ reads them: it passes over all others."""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line and not line.startswith("#"):
            if not (parts := ENV_LINE.fullmatch(line)):
                raise ImproperlyConfigured(f"Line {number} of {name} takes NAME=value, or # and a comment.")
            yield f"{parts[1]}={parts[2]}"


def secret_key(*, debug):
    """The signing key, refused if guessable. Commands that sign nothing, such as makemigrations, run without one."""
    key = env.str("SECRET_KEY", default="a-key-for-development-only" if debug else "")
    if key and not debug:
        check_secret_key(key)
    return key


def check_secret_key(key):
    """Refuse a missing or guessable signing key before serving a public site."""
    if len(key) < SECRET_KEY_MIN_LENGTH or len(set(key)) < 10:
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing or weak: it takes at least {SECRET_KEY_MIN_LENGTH} random characters, such as "
            "`make run` writes into .env, or python -c 'import secrets; print(secrets.token_urlsafe(50))' prints."
        )


def registration():
    """Who may sign up: `open`, `closed`, or the allowed mail domains, separated by commas."""
    value = env.str("REGISTRATION", default="open").lower()
    domains = env.list("REGISTRATION", default="open")
    if value not in ("open", "closed") and not (domains and all(map(MAIL_DOMAIN.fullmatch, domains))):
        raise mistake("REGISTRATION", "open, closed or e-mail domains like school.example", value)
    return value


def listen_address():
    """The web server's address as in a URL: `127.0.0.1:8000`, `[::1]:8000`."""
    host = env.str("HOST", default="127.0.0.1")
    try:
        return f"{_ascii(host)}:{env.int('PORT', default=8000, maximum=65_535)}"
    except ValueError as error:
        raise mistake("HOST", "an address or a host name", host) from error


def site_url():
    """The public URL of the site, scheme and host without a trailing slash: `https://town.example`."""
    url = env.str("SITE_URL") or f"http://{listen_address()}"
    try:
        parts = urlsplit(url)
        port = "" if parts.port in (None, USUAL_PORTS[parts.scheme]) else f":{parts.port}"
        address = f"{parts.scheme}://{_ascii(parts.hostname or '')}{port}"
    except (KeyError, ValueError):
        address = ""
    if not address or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise mistake("SITE_URL", "an address like https://town.example, without a path", url)
    return address


def security_contact(default):
    """Where to report a vulnerability, in the format of RFC 9116."""
    contact = env.str("SECURITY_CONTACT", default)
    if not re.match(r"(mailto:|https://|tel:)\S", contact):
        raise mistake("SECURITY_CONTACT", "an address that begins with mailto:, https:// or tel:", contact)
    return contact


def allowed_hosts(default):
    """The `ALLOWED_HOSTS` setting: host names, `.town.example` for a domain with its subdomains, and `*` for any."""
    return [host if host == "*" else _host_pattern(host) for host in env.list("ALLOWED_HOSTS")] or default


def _host_pattern(host):
    try:
        return "." * host.startswith(".") + _ascii(host.removeprefix("."))
    except ValueError as error:
        raise mistake("ALLOWED_HOSTS", "host names like town.example, without a port", host) from error


def _ascii(host):
    """A host name or address as browsers send it; international names become `xn--…`. Raises `ValueError`."""
    if ":" in host:
        return f"[{IPv6Address(host.removeprefix('[').removesuffix(']'))}]"
    name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    if not HOST_NAME.fullmatch(name):
        raise ValueError(host)
    return name


def _email(name, value):
    if not MAIL_ADDRESS.fullmatch(value):
        raise mistake(name, "an e-mail address like ana@town.example", value)
    return value


def _network(name, value):
    try:
        return ip_network(value)
    except ValueError as error:
        raise mistake(name, "addresses and networks like 10.0.0.0/8", value) from error


def _why_no_url(url, schemes):
    scheme = re.match(r"[a-zA-Z0-9+.-]+(?=://)", url)
    if not scheme:
        return "not one without a beginning like that"
    if scheme[0].lower() not in schemes:
        return f"not one that begins with {scheme[0]}://"
    return None if _is_whole(url) else "with a number as port, and # / ? @ in a password written %23 %2F %3F %40"


def _is_whole(url):
    """Whether a URL was parsed as intended: an unescaped # in a password, for example, would start a fragment."""
    try:
        parts = urlsplit(url)
        _ports = [urlsplit(f"//{host}").port for host in parts.netloc.rpartition("@")[2].split(",")]
    except ValueError:
        return False
    return not parts.fragment and "@" not in parts.path + parts.query
