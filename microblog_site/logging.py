"""Log lines without secrets that cannot be forged, files shared by processes, and errors e-mailed to `ADMINS`."""

import fcntl
import logging
import os
import re
import sys
import time
import traceback
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from threading import Thread

from django.conf import settings
from django.core import mail
from django.utils.module_loading import import_string

from .database.failure import database_failure
from .env import env

HOUR = 60 * 60  # seconds
MAIL_QUEUE = "mail"
MAIL_TASK = "microblog_site.tasks.mail_admins"  # a name: tasks need the apps, which are loaded after logging

# The group `kept` is not replaced. Repetitions are bounded, so that long lines stay fast.
SECRETS = [
    re.compile(pattern, re.IGNORECASE | re.VERBOSE)
    for pattern in (
        # Links that work like a password, also inside `next`.
        r"""(?P<kept> (?:/|%2F)(?:password|email)(?:/|%2F)(?:reset|confirm|undo)(?:/|%2F) ) [^\s?&"'<>]+""",
        # Hashes of e-mail addresses, by which Gravatar identifies people.
        r"""(?P<kept> /avatar/ ) [0-9a-f]{64}""",
        # JSON web tokens and hashed passwords.
        r"""(?P<kept>) \b (?: eyJ[\w-]{10,2000}\.[\w-]+\.[\w-]* | (?:argon2|pbkdf2_sha256)\$[^\s'"]+ )""",
        # User name and password in the URL of a service, and e-mail addresses.
        r"""(?P<kept> :// ) [^\s/@]{1,200} (?=@)""",
        r"""(?P<kept>) (?<![\w.+-]) [\w.+-]{1,64} @ (?=[\w-]{1,63}\.) [\w.-]{1,255}""",
        # Headers, up to the end of the line or the closing quote.
        r"""(?P<kept> (?:authorization|cookie)["']?\s{0,3}[:=]\s{0,3} ) (?: "[^"]* | '[^']* | [^\n]+ )""",
        # Values of named fields: `password1=…`, `"token": "…"`, `Key (session_key)=(…)`.
        r"""(?P<kept>
            (?:password|passwd|secret|token|session_?id|session_key|api_?key)\w{0,20}["')]{0,2}\s{0,3}[:=]\s{0,3}
        ) (?: "[^"\n]*" | '[^'\n]*' | [^\s,;&"'}\]]+ )""",
    )
]
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def hide_secrets(text):
    """Remove passwords, tokens, cookies and e-mail addresses from `text`."""
    for secret in SECRETS:
        text = secret.sub(r"\g<kept>[hidden]", text)
    return text


class LineFormatter(logging.Formatter):
    """UTC time, level, logger, process and message on one line; further lines, such as a traceback, are indented.

    A line that starts with a time was therefore written by the site, whatever people send.
    """

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s")

    def formatMessage(self, record):
        return super().formatMessage(record).replace("\n", "\\n")

    def formatException(self, exc_info):
        """A database that is down fails wherever it is asked: its own words say more than hundreds of tracebacks."""
        if failure := database_failure(exc_info[1]):
            return " ".join("".join(traceback.format_exception_only(failure)).split())
        return super().formatException(exc_info)

    def format(self, record):
        text = hide_secrets(super().format(record)).replace("\n", "\n    ")
        return CONTROL_CHARACTERS.sub(lambda character: ascii(character[0])[1:-1], text)


class SharedFileHandler(RotatingFileHandler):
    """Rotates a file that several processes write, without losing lines: a lock lets one write or rotate at a time."""

    def __init__(self, filename, **kwargs):
        os.makedirs(os.path.dirname(filename), exist_ok=True)
        super().__init__(filename, encoding="utf-8", delay=True, **kwargs)

    def emit(self, record):
        try:
            with open(f"{self.baseFilename}.lock", "a") as turn:
                fcntl.lockf(turn, fcntl.LOCK_EX)
                super().emit(record)
                stream, self.stream = self.stream, None  # after each line, as another process may rotate the file
                with suppress(OSError):  # what could not be written has been reported
                    stream and stream.close()
        except OSError:
            self.handleError(record)

    def handleError(self, record):
        """Write the line to the terminal, or to what keeps its output; a full disk may hold both."""
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        with suppress(OSError):
            sys.stderr.write(f"{self.format(record)} ({self.baseFilename} cannot be written: {error.strerror})\n")


class AdminMailHandler(logging.Handler):
    """E-mails errors to `ADMINS`: the same one once an hour, and at most `per_hour` from each process.

    The next e-mail says how many were left out. The worker sends them; if the queue cannot be written to, because the
    database is down, this process does.
    """

    def __init__(self, per_hour):
        super().__init__(logging.ERROR)
        self.per_hour = per_hour
        self.mailed = {}  # subject → time of the last e-mail
        self.left_out = 0
        self.is_mailing = False

    def filter(self, record):
        # Attempts by strangers are not errors of the site.
        return settings.ADMINS and not record.name.startswith("django.security") and super().filter(record)

    def emit(self, record):
        if self.is_mailing:
            return
        self.is_mailing = True
        try:
            # Failing to send an e-mail must not cause another one; `mail_queue` tells of it once.
            if not _tells_of_mail_task(record):
                self.mail(record)
        except Exception:  # noqa: BLE001, an error that cannot be e-mailed must not cause another
            self.handleError(record)
        finally:
            self.is_mailing = False

    def mail(self, record):
        first_line, *_more = record.getMessage().splitlines() or [""]
        subject = hide_secrets(f"{record.levelname}: {first_line[:150]}")
        if not self.may_mail(subject):
            self.left_out += 1
            return
        message = self.message_about(record)
        try:
            import_string(MAIL_TASK).enqueue(subject, message)
        except Exception:  # noqa: BLE001, whatever the reason why the queue cannot be written to
            # In a thread, so that nobody waits for the mail server, which may be down too.
            Thread(target=self.mail_now, args=[record, subject, message]).start()

    def mail_now(self, record, subject, message):
        try:
            mail.mail_admins(subject, message)
        except Exception:  # noqa: BLE001
            self.handleError(record)

    def may_mail(self, subject):
        now = time.monotonic()
        self.mailed = {known: moment for known, moment in self.mailed.items() if now - moment < HOUR}
        if subject in self.mailed or len(self.mailed) >= self.per_hour:
            return False
        self.mailed[subject] = now
        return True

    def message_about(self, record):
        parts = [self.format(record)]
        if request := getattr(record, "request", None):
            parts.append(hide_secrets(f"{request.method} {settings.SITE_URL}{request.get_full_path()}"))
        if self.left_out:
            parts.append(f"Errors left out of these mails since the last one: {self.left_out}")
            self.left_out = 0
        return "\n\n".join(parts)


def _tells_of_mail_task(record):
    """Whether the worker, or Django for it, logs what became of a task that sends e-mail."""
    if record.name == "django.tasks":
        _id, path, *_state = record.args
        return import_string(path).queue_name == MAIL_QUEUE
    return getattr(record, "queue", None) == MAIL_QUEUE


def logging_settings(data_dir, *, debug):
    """The `LOGGING` setting: files in `data_dir` or stdout, and errors to `ADMINS`."""
    level = env.str("LOG_LEVEL", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "microblog_site.logging.LineFormatter"}},
        "handlers": {
            "log": {"formatter": "line", **_where_to(data_dir, "site.log", debug)},
            "security": {"formatter": "line", **_where_to(data_dir, "security.log", debug)},
            "admins": {
                "class": "microblog_site.logging.AdminMailHandler",
                "formatter": "line",
                "per_hour": env.int("ADMIN_MAILS_PER_HOUR", default=10, minimum=0),
            },
        },
        "root": {"level": level, "handlers": ["log", "admins"]},
        "loggers": {
            "security": {"level": "INFO", "handlers": ["security"], "propagate": False},
            "django": {"level": level, "handlers": []},  # Django's own handlers would log and e-mail everything twice.
            "django.db.backends": {"level": "INFO"},  # Queries contain what people typed.
            "urllib3": {"level": "ERROR"},  # It quotes malformed answers in its warnings.
            "gunicorn.http.wsgi": {"level": "ERROR"},  # It warns about each HEAD that is answered like a GET.
        },
    }


def _where_to(data_dir, name, debug):
    if env.str("LOG_TO", default="stdout" if debug else "files", choices=["files", "stdout"]) == "stdout":
        return {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
    return {
        "class": "microblog_site.logging.SharedFileHandler",
        "filename": data_dir / "log" / name,
        "maxBytes": env.int("LOG_MAX_BYTES", default=10 * 1024 * 1024, minimum=0),
        "backupCount": env.int("LOG_BACKUP_COUNT", default=10, minimum=0),
    }
