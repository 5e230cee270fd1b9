"""What the operator sets: environment variables and the lines of `.env`, read and checked in one place.

Every setting is listed in `.env.example` with its default.
"""

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
# docs/databases.md tells what these bring, and what others would not.
SQLITE = {"journal_mode": "WAL", "synchronous": "NORMAL", "journal_size_limit": 64 * 1024 * 1024}
MAIL_TIMEOUT = 10  # seconds
CACHE_TIMEOUT = 0.5  # seconds: pages do without it sooner than wait
CACHED_POSTS = 5_000  # some 5 KB each
SECRET_KEY_MIN_LENGTH = 50

MAIL_DOMAIN = re.compile(r"[^@*/\s.]+(\.[^@*/\s.]+)+")
PERIODS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}  # seconds


class Env(environ.Env):
    def limit(self, name, default):
        """How often in how many seconds, from `5/15m`; None where there is no limit: 0 or nothing."""
        value = self.str(name, default=default).strip().lower()
        if value in ("", "0"):
            return None
        parts = re.fullmatch(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([smhd])", value)
        if not parts:
            raise ImproperlyConfigured(
                f"{name} must look like 5/15m: so many in so many seconds (s), minutes (m), hours (h) or days (d). "
                f"0 is no limit. It is {value!r}."
            )
        times, number, unit = parts.groups()
        return int(times), int(number or 1) * PERIODS[unit]

    def networks(self, name):
        """Addresses and networks, with commas between; `unix` stands for whoever connects through a socket file."""
        return [self._network(name, value) for value in map(str.strip, self.list(name, default=[])) if value]

    @staticmethod
    def _network(name, value):
        if value == "unix":
            return value
        try:
            return ip_network(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} takes addresses and networks like 10.0.0.0/8: {error}") from error


env = Env()


def read_env_file():
    """Take the lines of `.env` for what the environment does not set itself.

    `ENV_FILE` names another file; empty means none (the tests).
    """
    if name := env.str("ENV_FILE", default=".env"):
        env.read_env(BASE_DIR / name)


def secret_key(*, debug):
    """The signing key, never a guessable one. Without any, commands that sign nothing run, such as makemigrations."""
    key = env.str("SECRET_KEY", default="")
    if debug:
        return key or "a-key-for-development-only"
    if key:
        check_secret_key(key)
    return key


def check_secret_key(key):
    """Refuse a missing or guessable signing key: a site open to others does not start with one."""
    if len(key) < SECRET_KEY_MIN_LENGTH or len(set(key)) < 10:
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing or weak: it needs at least {SECRET_KEY_MIN_LENGTH} random characters. "
            "`make run` writes one into .env, or: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )


def registration():
    """Who may sign up: `open`, `closed`, or the mail domains whose people may, with commas between."""
    value = env.str("REGISTRATION", default="open").strip().lower() or "open"
    domains = [] if value in ("open", "closed") else filter(None, map(str.strip, value.split(",")))
    if not all(MAIL_DOMAIN.fullmatch(domain) for domain in domains):
        raise ImproperlyConfigured(f"REGISTRATION is open, closed or mail domains like school.example: {value!r}")
    return value


def listen_address():
    """Where the web server listens, as in a URL: `127.0.0.1:8000`, `[::1]:8000`."""
    host, port = env.str("HOST", default="127.0.0.1"), env.int("PORT", default=8000)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def site_url():
    """Where people reach the site, scheme and host without a slash at the end: `https://town.example`."""
    url = env.str("SITE_URL", default="") or f"http://{listen_address()}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ImproperlyConfigured(f"SITE_URL must look like https://town.example, without a path: {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


def databases(data_dir):
    """The `DATABASES` setting: SQLite under `data_dir` unless `DATABASE_URL` names another."""
    config = env.db_url("DATABASE_URL", default=f"sqlite:///{data_dir}/db.sqlite3")
    config["CONN_MAX_AGE"] = 60  # seconds
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # Readers never wait for the writer (WAL), writers queue up instead of failing on a lock upgrade (IMMEDIATE).
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": " ".join(f"PRAGMA {name}={value};" for name, value in SQLITE.items()),
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        options.setdefault("connect_timeout", 5)
    return {"default": config}


def caches():
    """The `CACHES` setting: the memory of each process unless `CACHE_URL` names a Redis or Valkey server."""
    config = env.cache_url("CACHE_URL", default="locmemcache://")
    options = config.setdefault("OPTIONS", {})
    if config["BACKEND"].endswith("LocMemCache"):
        options |= {"MAX_ENTRIES": CACHED_POSTS}
    elif config["BACKEND"].endswith("RedisCache"):
        options |= {"socket_connect_timeout": CACHE_TIMEOUT, "socket_timeout": CACHE_TIMEOUT}
    # Parts of templates, which another release may write otherwise: they go with the process.
    fragments = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"}
    return {"default": config, "template_fragments": fragments}


def mailers(data_dir):
    """The `MAILERS` setting: files under `data_dir` unless `EMAIL_URL` names a server.

    `smtp://user:password@host:25`, `smtp+tls://…:587` (STARTTLS), `smtp+ssl://…:465`, `consolemail://`.
    """
    if not (url := env.str("EMAIL_URL", default="")):
        return {
            "default": {
                "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "OPTIONS": {"file_path": str(data_dir / "mail")},
            }
        }
    parsed = env.email_url_config(url)
    options = {}
    if parsed["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        options = {
            "host": parsed["EMAIL_HOST"],
            "port": parsed["EMAIL_PORT"],
            "username": parsed["EMAIL_HOST_USER"] or "",
            "password": parsed["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": parsed.get("EMAIL_USE_TLS", False),
            "use_ssl": parsed.get("EMAIL_USE_SSL", False),
            "timeout": MAIL_TIMEOUT,
        }
    return {"default": {"BACKEND": parsed["EMAIL_BACKEND"], "OPTIONS": options}}
