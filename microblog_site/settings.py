"""Django's settings. What an operator may change comes from the environment: see `.env.example`."""

import re
from email.utils import formataddr

from django.utils.csp import CSP

from . import languages
from .env import BASE_DIR, caches, databases, env, mailers, read_env_file, registration, secret_key, site_url

read_env_file()

# The site

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key(debug=DEBUG)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_NAME = env.str("SITE_NAME", default="Microblog")
SITE_URL = site_url()
SITE_HOST = re.sub(r":\d+$", "", SITE_URL.partition("://")[2])
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [SITE_HOST, "localhost", "127.0.0.1"]
DATA_DIR = BASE_DIR / env.str("DATA_DIR", default="var")
DATA_DIR.mkdir(parents=True, exist_ok=True)

REGISTRATION = registration()
PUBLIC_READING = env.bool("PUBLIC_READING", default=True)
CONFIRM_EMAIL = env.str("CONFIRM_EMAIL", default="optional", choices=["", "optional", "required"])
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
GRAVATAR_URL = env.str("GRAVATAR_URL", default="https://gravatar.com").rstrip("/")

# Translation of posts (see `posts.translation`)

TRANSLATOR = env.str("TRANSLATOR", default="")
TRANSLATOR_KEY = env.str("TRANSLATOR_KEY", default="")
TRANSLATOR_REGION = env.str("TRANSLATOR_REGION", default="")
TRANSLATOR_URL = env.str("TRANSLATOR_URL", default="").rstrip("/")

# Limits: what people may enter, never more than what the columns hold

USERNAME_MAX_LENGTH = env.int("USERNAME_MAX_LENGTH", default=30)
DISPLAY_NAME_MAX_LENGTH = env.int("DISPLAY_NAME_MAX_LENGTH", default=50)
ABOUT_ME_MAX_LENGTH = env.int("ABOUT_ME_MAX_LENGTH", default=500)
FORMER_USERNAME_DAYS = env.int("FORMER_USERNAME_DAYS", default=90)
LEAVING_DAYS = env.int("LEAVING_DAYS", default=7)
POST_MAX_LENGTH = env.int("POST_MAX_LENGTH", default=500)
PAGE_MAX_LENGTH = 50_000
REPORT_COMMENT_MAX_LENGTH = env.int("REPORT_COMMENT_MAX_LENGTH", default=1000)
AVATAR_MAX_BYTES = env.int("AVATAR_MAX_BYTES", default=2 * 1024 * 1024)
AVATAR_MAX_PIXELS = env.int("AVATAR_MAX_PIXELS", default=25_000_000)
TIMELINE_PAGE_SIZE = env.int("TIMELINE_PAGE_SIZE", default=25)
LIST_PAGE_SIZE = env.int("LIST_PAGE_SIZE", default=40)
LIST_MAX_PAGES = env.int("LIST_MAX_PAGES", default=250)
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_RESET_TIMEOUT", default=600)  # seconds
CONFIRMATION_TIMEOUT = env.int("CONFIRMATION_TIMEOUT", default=7 * 24 * 60 * 60)  # seconds
UNDO_EMAIL_DAYS = env.int("UNDO_EMAIL_DAYS", default=7)
LAST_SEEN_INTERVAL = env.int("LAST_SEEN_INTERVAL", default=15 * 60)  # seconds
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
REQUEST_MAX_BYTES = env.int("REQUEST_MAX_BYTES", default=16 * 1024 * 1024)

# How often: (times, seconds) each, or None for no limit (see `limits`)

LIMITS = {
    "log_in": {
        "account": env.limit("LIMIT_LOG_IN_ACCOUNT", default="5/15m"),
        "address": env.limit("LIMIT_LOG_IN_ADDRESS", default="100/15m"),
    },
    "code": {
        "person": env.limit("LIMIT_CODE", default="5/15m"),
        "address": env.limit("LIMIT_CODE_ADDRESS", default="100/15m"),
    },
    "password": {"person": env.limit("LIMIT_PASSWORD", default="10/15m")},
    "register": {"address": env.limit("LIMIT_REGISTER", default="100/1h")},
    "reset": {
        "address": env.limit("LIMIT_RESET_ADDRESS", default="100/1h"),
        "email": env.limit("LIMIT_RESET_EMAIL", default="3/10m"),
    },
    "confirm": {
        "person": env.limit("LIMIT_CONFIRM", default="10/1h"),
        "email": env.limit("LIMIT_CONFIRM_EMAIL", default="10/1h"),
    },
    "new_device": {"person": env.limit("LIMIT_NEW_DEVICE", default="10/1h")},
    "write": {
        "person": env.limit("LIMIT_WRITE", default="100/1h"),
        "address": env.limit("LIMIT_WRITE_ADDRESS", default="2000/1h"),
    },
    "rename": {"person": env.limit("LIMIT_RENAME", default="10/1d")},
    "follow": {
        "person": env.limit("LIMIT_FOLLOW", default="300/1h"),
        "address": env.limit("LIMIT_FOLLOW_ADDRESS", default="5000/1h"),
    },
    "block": {
        "person": env.limit("LIMIT_BLOCK", default="300/1h"),
        "address": env.limit("LIMIT_BLOCK_ADDRESS", default="5000/1h"),
    },
    "report": {
        "person": env.limit("LIMIT_REPORT", default="20/1h"),
        "address": env.limit("LIMIT_REPORT_ADDRESS", default="200/1h"),
    },
    "download": {"person": env.limit("LIMIT_DOWNLOAD", default="5/1h")},
    "translate": {  # characters
        "person": env.limit("LIMIT_TRANSLATE", default="20000/1d"),
        "site": env.limit("LIMIT_TRANSLATE_SITE", default="60000/1d"),
    },
}
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# Parts

INSTALLED_APPS = [
    "microblog_site",
    "microblog_site.limits",
    "microblog_site.pages",
    "accounts",
    "social",
    "posts",
    "moderation",
    "moderation.apps.AdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_ox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "microblog_site.middleware.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "microblog_site.middleware.RequestSizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "microblog_site.middleware.ErrorPagesMiddleware",
    "microblog_site.middleware.SameForAllMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PrivateMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "microblog_site.urls"
WSGI_APPLICATION = "microblog_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["microblog_site.loaders.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "microblog_site.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "microblog_site.templatetags.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# What is kept, and where

DATABASES = databases(DATA_DIR)
DATABASE_PREPARED_STATEMENTS = env.bool("DATABASE_PREPARED_STATEMENTS", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = caches()

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "microblog_site.storage.StaticFilesStorage"
    },
}

TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "OPTIONS": {
            "LOCK_TIMEOUT": 15,
            "MAX_ATTEMPTS": 10,
            "BACKOFF_INITIAL": 2,
            "SCHEDULES": {
                "prune": {"task": "accounts.personal_data.tasks.prune", "cron": "17 3 * * *"},
                "erase": {"task": "accounts.personal_data.tasks.erase_deleted_accounts", "cron": "37 * * * *"},
            },
        },
    }
}

# Who is who

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrEmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "email", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
STAFF_TWO_FACTOR = env.str("STAFF_TWO_FACTOR", default="", choices=["", "required"])
OTP_TOTP_ISSUER = SITE_NAME
OTP_TOTP_SYNC = False  # a clock may be wrong by one step, and not by one more each time
OTP_TOTP_THROTTLE_FACTOR = 0  # tries are counted by LIMITS, as all others are
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30  # seconds
DEVICE_COOKIE_NAME = "devices"
DEVICE_COOKIE_AGE = 60 * 60 * 24 * 365

# Languages and times

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = languages.spoken(LOCALE_PATHS[0])
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True

# Mail

MAILERS = mailers(DATA_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, f"noreply@{SITE_HOST}")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ADMINS = env.list("ADMINS", default=[])

# Logs, and errors by mail

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOG_TO = env.str("LOG_TO", default="stdout" if DEBUG else "files", choices=["files", "stdout"])
LOG_HANDLERS = {
    "files": {
        "class": "microblog_site.logging.SharedFileHandler",
        "formatter": "line",
        "filename": DATA_DIR / "log" / "site.log",
        "maxBytes": env.int("LOG_MAX_BYTES", default=10 * 1024 * 1024),
        "backupCount": env.int("LOG_BACKUP_COUNT", default=10),
    },
    "stdout": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stdout"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "microblog_site.logging.LineFormatter"}},
    "handlers": {
        "log": LOG_HANDLERS[LOG_TO],
        "admins": {
            "class": "microblog_site.logging.AdminMailHandler",
            "formatter": "line",
            "per_hour": env.int("ADMIN_MAILS_PER_HOUR", default=10),
        },
    },
    "root": {"level": LOG_LEVEL, "handlers": ["log", "admins"]},
    "loggers": {
        "django": {"level": LOG_LEVEL, "handlers": []},  # Django's own handlers would say and mail everything again.
        "django.db.backends": {"level": "INFO"},  # Queries hold what people typed.
        "urllib3": {"level": "ERROR"},  # It warns of malformed answers with what is in them.
        "gunicorn.http.wsgi": {"level": "ERROR"},  # It warns of each HEAD that is answered like a GET.
    },
}

# What browsers and programs are told

SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=f"mailto:security@{SITE_HOST}")
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "microblog_site.messages.MessageStorage"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "microblog_site.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = DEVICE_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    DEVICE_COOKIE_NAME = "__Host-devices"
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
# Sub-domains belong to whoever runs the domain: this site makes no promise for them.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
