import importlib.util
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

STRONG_KEY = "".join(map(chr, range(48, 122)))


@pytest.fixture
def site_with(monkeypatch, tmp_path):
    """A function that gives the settings of a site with these knobs in its environment."""

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
        return vars(module)

    return load


@pytest.mark.parametrize("key", ["secret", "a" * 100, "django-insecure-" * 2, "abcdefghi" * 10])
def test_a_weak_key_stops_everything(site_with, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is missing or weak"):
        site_with(SECRET_KEY=key)


def without_a_key(tmp_path, *arguments):
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def test_without_a_key_the_site_is_not_served(tmp_path):
    done = without_a_key(tmp_path, "-c", "import microblog_site.wsgi")
    assert done.returncode == 1
    assert "SECRET_KEY is missing or weak" in done.stderr


def test_without_a_key_developers_can_look_for_missing_migrations(tmp_path):
    done = without_a_key(tmp_path, "manage.py", "makemigrations", "--check")
    assert (done.returncode, done.stdout) == (0, "No changes detected\n"), done.stderr


def test_development_needs_no_key(site_with):
    assert site_with(SECRET_KEY=None, DEBUG="1")["SECRET_KEY"]


def test_debug_is_off_unless_set(site_with):
    assert site_with(DEBUG=None)["DEBUG"] is False


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


@pytest.mark.parametrize("url", ["town.example", "ftp://town.example", "https://", "https://town.example/path"])
def test_site_url_that_is_none_stops_the_site(site_with, url):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL must look like"):
        site_with(SITE_URL=url)


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
        ("", None),
    ],
)
def test_limits_are_so_many_in_a_time(site_with, value, limit):
    assert site_with(LIMIT_FOLLOW=value)["LIMITS"]["follow"]["person"] == limit


@pytest.mark.parametrize(
    "value", ["5", "5/", "/15m", "5/15", "5/0m", "0/5m", "-1/5m", "5 in 15m", "5/15w", "off", "²/1m"]
)
def test_limit_that_is_none_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match="LIMIT_FOLLOW must look like 5/15m"):
        site_with(LIMIT_FOLLOW=value)


def test_proxies_are_addresses_and_networks(site_with):
    assert site_with()["TRUSTED_PROXIES"] == []
    proxies = site_with(TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,2001:db8::/32,unix,")["TRUSTED_PROXIES"]
    assert list(map(str, proxies)) == ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32", "unix"]


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/8", "*", "127.0.0.1:80", "127.0.0.1 10.0.0.1"])
def test_proxy_that_is_none_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES takes addresses and networks"):
        site_with(TRUSTED_PROXIES=value)


@pytest.mark.parametrize(
    "value", ["open", "CLOSED", "", "school.example", "School.example, club.example,", "bücher.example"]
)
def test_registration_is_open_closed_or_mail_domains(site_with, value):
    assert site_with(REGISTRATION=value)["REGISTRATION"] == (value.lower() or "open")


@pytest.mark.parametrize(
    "value", ["opne", "on", "school.example club.example", "@school.example", "*.example", "open,closed"]
)
def test_registration_that_is_none_of_these_stops_the_site(site_with, value):
    with pytest.raises(ImproperlyConfigured, match="REGISTRATION is open, closed or mail domains"):
        site_with(REGISTRATION=value)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://127.0.0.1:8025", {"host": "127.0.0.1", "port": 8025, "use_tls": False, "use_ssl": False}),
        ("smtp+tls://me:secret@mail.example:587", {"username": "me", "password": "secret", "use_tls": True}),
        ("smtp+ssl://mail.example:465", {"port": 465, "use_ssl": True}),
    ],
)
def test_mail_server_is_one_url(site_with, url, options):
    mailer = site_with(EMAIL_URL=url)["MAILERS"]["default"]
    assert mailer["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert mailer["OPTIONS"].items() >= options.items()
    assert mailer["OPTIONS"]["timeout"] == 10


def test_postgresql_is_one_url(site_with):
    database = site_with(DATABASE_URL="postgres://me:secret@db.example:5433/town")["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "town")
