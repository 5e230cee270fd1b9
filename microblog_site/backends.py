"""Django's settings for databases, caches and mail, from the URLs that the operator sets."""

import os
import re
from contextlib import suppress

from django.core.exceptions import ImproperlyConfigured

from .env import BASE_DIR, env

# docs/databases.md explains what these gain, and why not others.
SQLITE = {"journal_mode": "WAL", "synchronous": "NORMAL", "journal_size_limit": 64 * 1024 * 1024}
POSTGRESQL = {
    "connect_timeout": 5,  # seconds
    # Seconds and milliseconds until a connection counts as lost because the network or the other machine is down.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "tcp_user_timeout": 60_000,
}
SQLITE_ENGINE = "microblog_site.database.sqlite3"
LOGS = [f"log/{name}.log{suffix}" for name in ("site", "security") for suffix in ("", ".lock")]
WRITTEN = (  # in DATA_DIR
    *("log", *LOGS, "mail", "media", "media/avatars", "running", "language-model"),
    *("static", "static.files", "locale.files"),
)
OWNER_ONLY = 0o077
NOT_WRITABLE = "DATA_DIR takes a folder that the site can make and write: it cannot write {}."
MAIL_TIMEOUT = 10  # seconds
CACHE_TIMEOUT = 0.5  # seconds: doing without the cache is faster than waiting for it
CACHED_POSTS = 5_000  # about 5 KB each

DATABASES = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
CACHES = ("rediscache", "redis", "rediss", "locmemcache", "filecache", "dbcache", "dummycache")
MAIL_SERVERS = ("smtp", "smtps", "smtp+ssl", "smtp+tls", "consolemail", "memorymail", "dummymail")


def data_folder():
    """Return `DATA_DIR`, created if missing. Raises `ImproperlyConfigured` if the site cannot write to it or to a part
    of it.
    """
    folder = BASE_DIR / env.str("DATA_DIR", default="var")
    os.umask(OWNER_ONLY)  # from now on, for all that this process writes: sessions, links in e-mails
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_writable(folder, *map(folder.joinpath, WRITTEN))
    except OSError as error:
        raise ImproperlyConfigured(NOT_WRITABLE.format(folder)) from error
    return folder


def _check_writable(*paths):
    for path in paths:
        if path.exists() and not os.access(path, os.W_OK):
            raise ImproperlyConfigured(NOT_WRITABLE.format(path))


def close_to_others(folder):
    """Take what earlier releases wrote to `DATA_DIR` from other users of the machine. Quick once that is done."""
    if not folder.stat().st_mode & OWNER_ONLY:
        return
    ours = [*map(folder.joinpath, WRITTEN), *folder.glob("db.sqlite3*")]
    below = [path for top in ours for path in top.rglob("*")]
    for path in [*below, *ours, folder]:
        with suppress(OSError):  # it is missing, or somebody else's
            path.chmod(path.stat().st_mode & ~OWNER_ONLY)


def databases(data_dir):
    """The `DATABASES` setting: SQLite in `data_dir` unless `DATABASE_URL` names another database."""
    config = _database(data_dir) | {"CONN_MAX_AGE": 60}  # seconds
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == SQLITE_ENGINE:
        # WAL: readers never wait for the writer. IMMEDIATE: writers queue instead of failing when they upgrade a lock.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": " ".join(f"PRAGMA {name}={value};" for name, value in SQLITE.items()),
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        for name, value in POSTGRESQL.items():
            options.setdefault(name, value)
    return {"default": config}


def _database(data_dir):
    example = "postgres://user:password@host:5432/name"
    if url := env.url("DATABASE_URL", DATABASES, example=example):
        config = env.db_url_config(url)
        if config["NAME"] in ("", ":memory:") and "service" not in config.get("OPTIONS", {}):
            raise ImproperlyConfigured(f"DATABASE_URL takes a URL like {example}, with the name of a database.")
        return config | {"ENGINE": config["ENGINE"].replace("django.db.backends", "microblog_site.database")}
    _check_writable(*(data_dir / f"db.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")))
    return {"ENGINE": SQLITE_ENGINE, "NAME": str(data_dir / "db.sqlite3")}


def caches(*, debug):
    """The `CACHES` setting: per-process memory unless `CACHE_URL` names a Redis or Valkey server."""
    config = env.cache_url_config(
        env.url("CACHE_URL", CACHES, default="locmemcache://", example="rediscache://host:6379/0")
    )
    options = config.setdefault("OPTIONS", {})
    if config["BACKEND"].endswith("LocMemCache"):
        options |= {"MAX_ENTRIES": CACHED_POSTS}
    elif config["BACKEND"].endswith("RedisCache"):
        options |= {"socket_connect_timeout": CACHE_TIMEOUT, "socket_timeout": CACHE_TIMEOUT}
    # Template fragments, which the next release may render differently: they live as long as the process. With DEBUG
    # they are not kept, so that edits show.
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"}
    nothing = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    return {"default": config, "template_fragments": nothing if debug else memory}


def mailers(data_dir):
    """The `MAILERS` setting: files in `data_dir` unless `EMAIL_URL` names a server.

    `smtp://user:password@host:25`, `smtp+tls://…:587` (STARTTLS), `smtp+ssl://…:465` (or `smtps`), `consolemail://`.
    """
    if not (url := env.url("EMAIL_URL", MAIL_SERVERS, example="smtp+tls://user:password@mail.example:587")):
        backend, options = "django.core.mail.backends.filebased.EmailBackend", {"file_path": str(data_dir / "mail")}
    else:
        # django-environ reads smtps as STARTTLS, and a server that expects TLS from the first byte would never answer.
        parsed = env.email_url_config(re.sub("^smtps:", "smtp+ssl:", url, flags=re.IGNORECASE))
        backend = parsed["EMAIL_BACKEND"].replace("django.core.mail.backends.smtp", "microblog_site.smtp")
        options = _smtp(parsed) if backend == "microblog_site.smtp.EmailBackend" else {}
    return {"default": {"BACKEND": backend, "OPTIONS": options}}


def _smtp(parsed):
    return {
        "host": parsed["EMAIL_HOST"],
        "port": parsed["EMAIL_PORT"],
        "username": parsed["EMAIL_HOST_USER"] or "",
        "password": parsed["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": parsed.get("EMAIL_USE_TLS", False),
        "use_ssl": parsed.get("EMAIL_USE_SSL", False),
        "timeout": MAIL_TIMEOUT,
    }
