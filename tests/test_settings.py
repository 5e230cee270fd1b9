"""The operator's settings: valid values, empty ones, and the message for each wrong one."""

import importlib.util
import os
import re
import runpy
import socket
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.autoreload import file_changed

from microblog_site import ceilings
from microblog_site.backends import data_folder, databases
from microblog_site.env import env, read_env_file

STRONG_KEY = "".join(map(chr, range(48, 122)))
EXAMPLE = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
KNOBS = re.findall(r"(?m)^# ([A-Z][A-Z0-9_]*)=", EXAMPLE)
NOBODY = 65534  # a user id that owns nothing


@pytest.fixture
def site_with(monkeypatch, tmp_path):
    """A function that returns the site's settings with these variables in the environment."""

    def load(**knobs):
        for name, value in {"SECRET_KEY": STRONG_KEY, "DATA_DIR": str(tmp_path), "DATABASE_URL": None, **knobs}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        path = settings.BASE_DIR / "microblog_site/settings.py"
        spec = importlib.util.spec_from_file_location("microblog_site.settings_of_another_site", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return {name: value for name, value in vars(module).items() if name.isupper()}

    return load


@pytest.fixture
def server_with(monkeypatch):
    """A function that returns the web server's settings with these variables in the environment."""
    monkeypatch.setenv("PGOPTIONS", "")  # otherwise the server would set its own, for all following tests

    def load(**knobs):
        for name, value in knobs.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("microblog_site.gunicorn")

    return load


@contextmanager
def never_as_root():
    """Root can write anywhere, so tests run by root switch to a user to whom file modes apply."""
    if os.getuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def folder():
    """A data folder that everybody can enter and write to, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="microblog-tests-") as name:
        (Path(name) / "log").mkdir()
        for path in (Path(name), Path(name) / "log"):
            path.chmod(0o777)
        yield Path(name)


def test_empty_values_mean_the_default(site_with, server_with):
    site, server = site_with(), server_with()
    empty = dict.fromkeys(set(KNOBS) - {"SECRET_KEY", "DATA_DIR"}, "")
    assert site_with(**empty) == site
    names = ("bind", "workers", "threads", "forwarded_allow_ips", "statement_timeout", "lock_timeout")
    assert {name: server_with(**empty)[name] for name in names} == {name: server[name] for name in names}


def test_empty_data_folder_means_the_default(monkeypatch):
    monkeypatch.setenv("DATA_DIR", " ")
    assert env.str("DATA_DIR", default="var") == "var"


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("HOST", "http://127.0.0.1", "an address or a host name"),
        ("USERNAME_MAX_LENGTH", "151", "a whole number from 1 to 150"),
        ("DISPLAY_NAME_MAX_LENGTH", "201", "a whole number from 1 to 200"),
        ("ABOUT_ME_MAX_LENGTH", "10001", "a whole number from 1 to 10000"),
        ("POST_MAX_LENGTH", "10001", "a whole number from 1 to 10000"),
        ("POST_MAX_LENGTH", "0", "a whole number from 1 to 10000"),
        ("POST_MAX_LENGTH", "five hundred", "a whole number from 1 to 10000"),
        ("REPORT_COMMENT_MAX_LENGTH", "-1", "a whole number from 1 to 10000"),
        ("AVATAR_MAX_PIXELS", "90000000", "a whole number from 1 to 89000000"),
        ("AVATAR_MAX_BYTES", "2 MB", "a whole number from 1 to 2147483647"),
        ("TIMELINE_PAGE_SIZE", "0", "a whole number from 1 to 1000"),
        ("LIST_MAX_PAGES", "1e3", "a whole number from 1 to 2147483647"),
        ("LEAVING_DAYS", "36501", "a whole number from 0 to 36500"),
        ("UNDO_EMAIL_DAYS", "0", "a whole number from 1 to 36500"),
        ("LAST_SEEN_INTERVAL", "-1", "a whole number from 0 to 2147483647"),
        ("LOG_BACKUP_COUNT", "x", "a whole number from 0 to 2147483647"),
        ("DEBUG", "maybe", "one of on, true, yes, 1, off, false, no, 0"),
        ("PUBLIC_READING", "nope", "one of on, true, yes, 1, off, false, no, 0"),
        ("CONFIRM_EMAIL", "always", "one of optional, required"),
        ("STAFF_TWO_FACTOR", "on", "one of required"),
        ("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("LOG_TO", "syslog", "one of files, stdout"),
        ("ADMINS", "brenda", "an e-mail address like ana@town.example"),
        ("CONTACT_EMAIL", "https://town.example", "an e-mail address like ana@town.example"),
        ("DEFAULT_FROM_EMAIL", "Town", "an e-mail address like ana@town.example"),
        ("SECURITY_CONTACT", "ana@town.example", "an address that begins with mailto:, https:// or tel:"),
        ("ALLOWED_HOSTS", "https://town.example", "host names like town.example, without a port"),
        ("ALLOWED_HOSTS", "town.example:8000", "host names like town.example, without a port"),
    ],
)
def test_a_wrong_value_stops_the_site_with_a_sentence(site_with, name, value, takes):
    with pytest.raises(ImproperlyConfigured) as stopped:
        site_with(**{name: value})
    assert str(stopped.value) == f"{name} takes {takes}, not {value!r}."


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("WEB_WORKERS", "0", "a whole number from 1 to 1000"),
        ("WEB_THREADS", "two", "a whole number from 1 to 1000"),
        ("DATABASE_STATEMENT_TIMEOUT", "-1", "a whole number from 0 to 86400"),
        ("DATABASE_LOCK_TIMEOUT", "5s", "a whole number from 0 to 86400"),
        ("FORWARDED_ALLOW_IPS", "proxy", "addresses and networks like 10.0.0.0/8"),
    ],
)
def test_a_wrong_value_stops_the_web_server_with_a_sentence(server_with, name, value, takes):
    with pytest.raises(SystemExit) as stopped:
        server_with(**{name: value})
    assert stopped.value.code == f"{name} takes {takes}, not {value!r}."


def test_proxies_that_may_say_https_are_addresses_networks_or_all(server_with):
    assert server_with()["forwarded_allow_ips"] == "127.0.0.1/32,::1/128"
    assert server_with(FORWARDED_ALLOW_IPS="10.0.0.0/8, *")["forwarded_allow_ips"] == "10.0.0.0/8,*"


def test_the_web_server_says_why_it_cannot_listen(server_with):
    why_closed = server_with()["why_closed"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert why_closed(*taken.getsockname()) == "Address already in use"
    assert why_closed("fe80::1%no-such-network", 8000) == "there is no such host"


def test_languages_of_the_site_are_those_it_speaks(site_with):
    assert site_with(LANGUAGE_CODE="pt-BR")["LANGUAGE_CODE"] == "pt-br"
    with pytest.raises(ImproperlyConfigured, match=r"^LANGUAGE_CODE takes one of .*\bpt-br\b.*, not 'pt'\.$"):
        site_with(LANGUAGE_CODE="pt")


def test_words_are_taken_in_any_case_and_with_blanks_around(site_with):
    site = site_with(PUBLIC_READING="Off ", LOG_LEVEL=" debug", CONFIRM_EMAIL="REQUIRED")
    assert not site["PUBLIC_READING"]
    assert site["LOGGING"]["root"]["level"] == "DEBUG"
    assert site["CONFIRM_EMAIL"] == "required"


def test_a_key_may_begin_with_a_dollar(site_with):
    assert site_with(SECRET_KEY=f"${STRONG_KEY}")["SECRET_KEY"] == f"${STRONG_KEY}"


@pytest.mark.django_db
def test_columns_hold_what_settings_allow(susan_client, susan, settings):
    settings.POST_MAX_LENGTH = ceilings.POST
    settings.DISPLAY_NAME_MAX_LENGTH = ceilings.DISPLAY_NAME
    settings.USERNAME_MAX_LENGTH = ceilings.USERNAME
    settings.ABOUT_ME_MAX_LENGTH = ceilings.ABOUT_ME
    assert susan_client.post("/posts/", {"body": "🎺" * ceilings.POST}).status_code == 302
    for letter in "ab":  # twice: the first name becomes a former one
        profile = {
            "username": letter * ceilings.USERNAME,
            "display_name": "🎺" * ceilings.DISPLAY_NAME,
            "about_me": "🎺" * ceilings.ABOUT_ME,
        }
        assert susan_client.post(reverse("settings_profile"), profile).status_code == 302
    susan.refresh_from_db()
    assert len(susan.posts.get().body) == ceilings.POST
    assert {name: getattr(susan, name) for name in profile} == profile


@pytest.mark.parametrize("key", ["secret", "a" * 100, "django-insecure-" * 2, "abcdefghi" * 10])
def test_a_weak_key_stops_everything(site_with, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is missing or weak"):
        site_with(SECRET_KEY=key)


def start(tmp_path, *command, **knobs):
    """Run Python with only these variables."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATA_DIR": str(tmp_path), **knobs}
    command = [sys.executable, *command]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_without_a_key_the_site_is_not_served(tmp_path):
    done = start(tmp_path, "-c", "import microblog_site.wsgi")
    assert done.returncode == 1
    assert re.fullmatch("SECRET_KEY is missing or weak: .*\n", done.stderr)


def test_without_a_key_developers_can_look_for_missing_migrations(tmp_path):
    done = start(tmp_path, "manage.py", "makemigrations", "--check")
    assert (done.returncode, done.stdout) == (0, "No changes detected\n"), done.stderr


GUNICORN = ["-m", "gunicorn", "--check-config", "--config", "python:microblog_site.gunicorn", "microblog_site.wsgi"]


@pytest.mark.parametrize(
    ("command", "knobs", "sentence"),
    [
        (["manage.py", "prepare"], {"POST_MAX_LENGTH": "20000"}, "POST_MAX_LENGTH takes .*, not '20000'."),
        (["manage.py", "check"], {"TRANSLATOR": "dictionary"}, "TRANSLATOR is one of .*: 'dictionary'"),
        (GUNICORN, {"WEB_WORKERS": "many"}, "WEB_WORKERS takes .*, not 'many'."),
        (GUNICORN, {"TRANSLATOR": "dictionary"}, "TRANSLATOR is one of .*: 'dictionary'"),
        (
            ["-m", "microblog_site.supervisor", "web", "worker"],
            {"DATA_DIR": "/dev/null"},
            "DATA_DIR takes .* /dev/null.",
        ),
    ],
)
def test_a_mistake_ends_a_start_with_one_sentence(tmp_path, command, knobs, sentence):
    done = start(tmp_path, *command, SECRET_KEY=STRONG_KEY, **knobs)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(f"{sentence}\n", done.stderr)


def test_a_file_of_settings_that_cannot_be_read_stops_the_site(monkeypatch, tmp_path):
    (tmp_path / "latin-1").write_bytes("SITE_NAME=Bücher".encode("latin-1"))
    for name in ("latin-1", ""):  # the second is a folder
        monkeypatch.setenv("ENV_FILE", f"{tmp_path}/{name}")
        with pytest.raises(ImproperlyConfigured, match=f"^{tmp_path}/{name} cannot be read: "):
            read_env_file()
    monkeypatch.setenv("ENV_FILE", f"{tmp_path}/missing")
    read_env_file()


@pytest.fixture
def env_file(monkeypatch, tmp_path):
    """A function that reads such a file into the environment."""

    def read(content):
        (tmp_path / "env").write_bytes(content)
        read_env_file()

    monkeypatch.setenv("ENV_FILE", f"{tmp_path}/env")
    monkeypatch.delenv("SITE_NAME", raising=False)
    yield read
    os.environ.pop("SITE_NAME", None)


@pytest.mark.parametrize(
    "content",
    [
        b"SITE_NAME=Town # 1\n",
        b"\xef\xbb\xbfSITE_NAME=Town # 1\r\n",  # as editors on Windows write it
        b"# Names\n\n  SITE_NAME = Town # 1",
        b'export SITE_NAME="Town # 1"',
    ],
)
def test_a_file_of_settings_is_read_however_people_write_it(env_file, content):
    env_file(content)
    assert os.environ["SITE_NAME"] == "Town # 1"


@pytest.mark.parametrize("line", [b"SITE_NAME", b"SITE-NAME=Town", b"site name = Town", b"; SITE_NAME=Town", b"=Town"])
def test_a_line_that_sets_nothing_stops_the_site(env_file, line):
    with pytest.raises(ImproperlyConfigured, match=r"^Line 2 of .*/env takes NAME=value, or # and a comment\.$"):
        env_file(b"# Names\n" + line)


def test_development_needs_no_key(site_with):
    assert site_with(SECRET_KEY=None, DEBUG="1")["SECRET_KEY"]


def test_debug_is_off_unless_set(site_with):
    assert site_with(DEBUG=None)["DEBUG"] is False


def test_developers_see_what_they_change_in_a_cached_part_of_a_page(site_with, settings, tmp_path):
    site = site_with(DEBUG="on")
    settings.CACHES = site["CACHES"]
    settings.TEMPLATES = [site["TEMPLATES"][0] | {"DIRS": [tmp_path]}]
    page = tmp_path / "page.html"
    for text in ("Harbour", "Lighthouse"):
        page.write_text("{% load cache %}{% cache None footer %}" + text + "{% endcache %}")
        file_changed.send(sender=None, file_path=page)  # like runserver
        assert render_to_string("page.html") == text


def test_site_behind_https(site_with):
    site = site_with(SITE_URL="https://town.example")
    assert site["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert site["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert site["LANGUAGE_COOKIE_NAME"].startswith("__Host-")
    assert site["DEVICE_COOKIE_NAME"].startswith("__Host-")
    assert site["SESSION_COOKIE_SECURE"]
    assert site["CSRF_COOKIE_SECURE"]
    assert site["LANGUAGE_COOKIE_SECURE"]
    assert site["DEVICE_COOKIE_SECURE"]
    assert site["SECURE_SSL_REDIRECT"]
    assert site["SECURE_HSTS_SECONDS"] >= 60 * 60 * 24 * 365
    assert site["CSRF_TRUSTED_ORIGINS"] == ["https://town.example"]
    assert "town.example" in site["ALLOWED_HOSTS"]


def test_site_without_https_can_be_used(site_with):
    site = site_with()
    assert not site["SESSION_COOKIE_SECURE"]
    assert not site["CSRF_COOKIE_SECURE"]
    assert not site["SECURE_SSL_REDIRECT"]
    assert "SECURE_HSTS_SECONDS" not in site


def test_site_is_where_it_listens_unless_told_otherwise(site_with):
    assert site_with()["SITE_URL"] == "http://127.0.0.1:8000"
    assert site_with(HOST="0.0.0.0", PORT="8080")["SITE_URL"] == "http://0.0.0.0:8080"
    assert site_with(HOST="::1")["SITE_URL"] == "http://[::1]:8080"
    assert site_with(HOST="[::1]", PORT="80")["SITE_URL"] == "http://[::1]"


@pytest.mark.parametrize(
    ("url", "known_as"),
    [
        ("https://town.example/", "https://town.example"),
        ("HTTPS://Town.Example:443", "https://town.example"),
        ("http://town.example:8080", "http://town.example:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://FUẞBALL.example", "https://xn--fuball-cta.example"),  # a different domain than fussball.example
        ("https://例え。テスト:8443", "https://xn--r8jz45g.xn--zckzah:8443"),
    ],
)
def test_site_url_is_as_browsers_write_it(site_with, url, known_as):
    site = site_with(SITE_URL=url)
    assert site["SITE_URL"] == known_as
    assert site["CSRF_TRUSTED_ORIGINS"] == [known_as]
    assert site["ALLOWED_HOSTS"][0] == known_as.split("/")[2].split(":")[0]


@pytest.mark.parametrize(
    "url",
    [
        "town.example",
        "ftp://town.example",
        "https://",
        "https://town.example/path",
        "https://town.example?query",
        "https://town.example#part",
        "https://town.example:port",
        "https://town.example:65536",
        "https://[::1",
        "https://to wn.example",
        "https://bü_cher.example",
        f"https://{'ü' * 70}.example",
    ],
)
def test_site_url_that_is_none_stops_the_site(site_with, url):
    with pytest.raises(ImproperlyConfigured) as stopped:
        site_with(SITE_URL=url)
    assert str(stopped.value) == f"SITE_URL takes an address like https://town.example, without a path, not {url!r}."


def test_site_url_with_a_password_is_not_repeated(site_with):
    with pytest.raises(ImproperlyConfigured, match=r", not 'https://…@town\.example'\.$"):
        site_with(SITE_URL="https://brenda:secret@town.example")


def test_host_names_are_as_browsers_send_them(site_with):
    hosts = "Town.example, .bücher.example,*,10.0.0.1,[::1]"
    expected = ["town.example", ".xn--bcher-kva.example", "*", "10.0.0.1", "[::1]"]
    assert site_with(ALLOWED_HOSTS=hosts)["ALLOWED_HOSTS"] == expected


def test_addresses_of_mail_may_have_names(site_with):
    site = site_with(ADMINS="a@town.example, Ana <ana@town.example>,", DEFAULT_FROM_EMAIL="Town, the <town@localhost>")
    assert site["ADMINS"] == ["a@town.example", "Ana <ana@town.example>"]
    assert site["DEFAULT_FROM_EMAIL"] == "Town, the <town@localhost>"


def test_all_that_the_site_writes_lies_under_the_data_folder(site_with, tmp_path):
    site = site_with()
    assert site["DATABASES"]["default"]["NAME"].startswith(str(tmp_path))
    assert site["MEDIA_ROOT"].is_relative_to(tmp_path)
    assert site["STATIC_ROOT"].is_relative_to(tmp_path)
    assert site["MAILERS"]["default"]["OPTIONS"]["file_path"].startswith(str(tmp_path))
    assert site["LOGGING"]["handlers"]["log"]["filename"].is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("5/15m", (5, 900)),
        (" 10/2H ", (10, 7200)),
        ("1/d", (1, 86400)),
        ("3/90s", (3, 90)),
        ("0", None),
    ],
)
def test_limits_are_so_many_in_a_time(site_with, value, limit):
    assert site_with(LIMIT_FOLLOW=value)["LIMITS"]["follow"]["person"] == limit


@pytest.mark.parametrize(
    "value", ["5", "5/", "/15m", "5/15", "5/0m", "0/5m", "-1/5m", "5 in 15m", "5/15w", "off", "²/1m"]
)
def test_limit_that_is_none_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match=r"^LIMIT_FOLLOW takes so many in so many .*, like 5/15m, .*, not '"):
        site_with(LIMIT_FOLLOW=value)


def test_proxies_are_addresses_and_networks(site_with):
    assert site_with()["TRUSTED_PROXIES"] == []
    proxies = site_with(TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,2001:db8::/32,unix,")["TRUSTED_PROXIES"]
    assert list(map(str, proxies)) == ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32", "unix"]


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/8", "*", "127.0.0.1:80", "127.0.0.1 10.0.0.1"])
def test_proxy_that_is_none_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match=r"^TRUSTED_PROXIES takes addresses and networks .*, not '"):
        site_with(TRUSTED_PROXIES=value)


@pytest.mark.parametrize(
    "value", ["open", "CLOSED", "school.example", "School.example, club.example,", "bücher.example"]
)
def test_registration_is_open_closed_or_mail_domains(site_with, value):
    assert site_with(REGISTRATION=value)["REGISTRATION"] == value.lower()


@pytest.mark.parametrize(
    "value", ["opne", "on", "school.example club.example", "@school.example", "*.example", "open,closed", ","]
)
def test_registration_that_is_none_of_these_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match=r"^REGISTRATION takes open, closed or e-mail domains .*, not '"):
        site_with(REGISTRATION=value)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://127.0.0.1:8025", {"host": "127.0.0.1", "port": 8025, "use_tls": False, "use_ssl": False}),
        ("smtp+tls://me:secret@mail.example:587", {"username": "me", "password": "secret", "use_tls": True}),
        ("smtp+ssl://mail.example:465", {"port": 465, "use_ssl": True, "use_tls": False}),
        ("smtps://mail.example:465", {"port": 465, "use_ssl": True, "use_tls": False}),
        ("SMTPS://me:%23%2F@mail.example", {"password": "#/", "use_ssl": True, "use_tls": False}),
    ],
)
def test_mail_server_is_one_url(site_with, url, options):
    mailer = site_with(EMAIL_URL=url)["MAILERS"]["default"]
    assert mailer["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert mailer["OPTIONS"].items() >= options.items()
    assert mailer["OPTIONS"]["timeout"] == 10


def test_postgresql_is_one_url(site_with):
    database = site_with(DATABASE_URL="postgres://me:secret@db.example:5433/town")["DATABASES"]["default"]
    assert database["ENGINE"] == "microblog_site.database.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "town")


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("DATABASE_URL", "postgres://user:password@host:5432/name"),
        ("EMAIL_URL", "smtp+tls://user:password@mail.example:587"),
        ("CACHE_URL", "rediscache://host:6379/0"),
        ("GRAVATAR_URL", "https://gravatar.com"),
    ],
)
def test_what_is_wrong_with_the_url_of_a_service_is_told_without_its_password(site_with, name, example):
    scheme = example.split("://")[0]
    how_written = "with a number as port, and # / ? @ in a password written %23 %2F %3F %40"
    for url, reason in {
        "me:5ecret@host/name": "not one without a beginning like that",
        "me:5ecret@http://host/name": "not one without a beginning like that",
        "nonsense://me:5ecret@host/name": "not one that begins with nonsense://",
        f"{scheme}://me:5ecret@host:port/name": how_written,
        f"{scheme}://me:5ecret@host:65536/name": how_written,
        f"{scheme}://me:5ecret@[::1/name": how_written,
        f"{scheme}://me:5#ecret@host/name": how_written,
        f"{scheme}://me:5/ecret@host/name": how_written,
        f"{scheme}://me:5?ecret@host/name": how_written,
        f"{scheme}://me:5ecret℀@host/name": how_written,
    }.items():
        with pytest.raises(ImproperlyConfigured) as stopped:
            site_with(**{name: url})
        assert str(stopped.value) == f"{name} takes a URL like {example}, {reason}."


@pytest.mark.parametrize("url", ["postgres://me@host", "postgres://me@host/", "sqlite://", "sqlite:///"])
def test_a_database_has_a_name(site_with, url):
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL takes .*, with the name of a database\.$"):
        site_with(DATABASE_URL=url)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("postgres://me:%40%2F%23@host/town", {"PASSWORD": "@/#", "HOST": "host", "NAME": "town"}),
        ("postgres://me:a@b@host/town", {"PASSWORD": "a@b", "HOST": "host"}),
        ("postgres://me@/town?host=/run/postgresql", {"NAME": "town", "HOST": ""}),
        ("postgres://one:5432,two:5433/town", {"HOST": "one,two", "PORT": "5432,5433"}),
        ("postgres:///?service=town", {"NAME": ""}),
        ("sqlite:////srv/town/db.sqlite3", {"NAME": "/srv/town/db.sqlite3"}),
    ],
)
def test_addresses_of_databases(site_with, url, where):
    assert site_with(DATABASE_URL=url)["DATABASES"]["default"].items() >= where.items()


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a?b", "%41", "a+b", "a#b", "a b", "ü;&=[1]"])
def test_the_data_folder_may_have_any_name(monkeypatch, tmp_path, name):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / name / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with closing(ConnectionHandler(databases(data_folder()))["default"]) as sqlite, sqlite.cursor() as cursor:
        cursor.execute("CREATE TABLE filled (id)")
    assert (tmp_path / name / "var/db.sqlite3").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("path", ["/dev/null", "/dev/null/var"])
def test_a_data_folder_that_cannot_be_made_stops_the_site(site_with, path):
    with pytest.raises(ImproperlyConfigured) as stopped:
        site_with(DATA_DIR=path)
    assert str(stopped.value) == f"DATA_DIR takes a folder that the site can make and write: it cannot write {path}."


@pytest.mark.parametrize("name", ["", "media", "log/site.log", "db.sqlite3-wal"])
def test_a_data_folder_of_somebody_else_stops_the_site(monkeypatch, folder, name):
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = folder / name
    path.touch()
    path.chmod(0o555)
    with never_as_root(), pytest.raises(ImproperlyConfigured) as stopped:
        databases(data_folder())
    assert str(stopped.value).endswith(f": it cannot write {path}.")
