"""Django's settings. Operators change them through the environment: see `.env.example`."""

import re
from email.utils import formataddr

from django.utils.csp import CSP

from . import ceilings, languages
from .backends import caches, data_folder, databases, mailers
from .env import BASE_DIR, allowed_hosts, env, read_env_file, registration, secret_key, security_contact, site_url
from .logging import MAIL_QUEUE, logging_settings

read_env_file()

# The site

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key(debug=DEBUG)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
SITE_NAME = env.str("SITE_NAME", default="Microblog")
SITE_URL = site_url()
SITE_HOST = re.sub(r":\d+$", "", SITE_URL.partition("://")[2])
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = allowed_hosts(default=[SITE_HOST, "localhost", "127.0.0.1"])
DATA_DIR = data_folder()

REGISTRATION = registration()
PUBLIC_READING = env.bool("PUBLIC_READING", default=True)
CONFIRM_EMAIL = env.str("CONFIRM_EMAIL", default="optional", choices=["optional", "required"])
CONTACT_EMAIL = env.email("CONTACT_EMAIL")
GRAVATAR_URL = env.url("GRAVATAR_URL", ["http", "https"], default="https://gravatar.com").rstrip("/")

# Translation of posts (see `posts.translation`)

TRANSLATOR = env.str("TRANSLATOR")
TRANSLATOR_KEY, TRANSLATOR_REGION = env.str("TRANSLATOR_KEY"), env.str("TRANSLATOR_REGION")
TRANSLATOR_URL = env.str("TRANSLATOR_URL").rstrip("/")
TRANSLATE_PRIVATE = env.bool("TRANSLATE_PRIVATE", default=False)

# Maximum lengths (limited by the columns), page sizes, and how long things last

USERNAME_MAX_LENGTH = env.int("USERNAME_MAX_LENGTH", default=30, maximum=ceilings.USERNAME)
DISPLAY_NAME_MAX_LENGTH = env.int("DISPLAY_NAME_MAX_LENGTH", default=50, maximum=ceilings.DISPLAY_NAME)
ABOUT_ME_MAX_LENGTH = env.int("ABOUT_ME_MAX_LENGTH", default=500, maximum=ceilings.ABOUT_ME)
POST_MAX_LENGTH = env.int("POST_MAX_LENGTH", default=500, maximum=ceilings.POST)
REPORT_COMMENT_MAX_LENGTH = env.int("REPORT_COMMENT_MAX_LENGTH", default=1000, maximum=ceilings.REPORT_COMMENT)
PAGE_MAX_LENGTH = 50_000
AVATAR_MAX_BYTES = env.int("AVATAR_MAX_BYTES", default=10 * 1024 * 1024)
AVATAR_MAX_PIXELS = env.int("AVATAR_MAX_PIXELS", default=50_000_000, maximum=89_000_000)  # Pillow opens nothing larger
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
REQUEST_MAX_BYTES = env.int("REQUEST_MAX_BYTES", default=16 * 1024 * 1024)
TIMELINE_PAGE_SIZE = env.int("TIMELINE_PAGE_SIZE", default=25, maximum=1000)
LIST_PAGE_SIZE = env.int("LIST_PAGE_SIZE", default=40, maximum=1000)
LIST_MAX_PAGES = env.int("LIST_MAX_PAGES", default=250)
FORMER_USERNAME_DAYS = env.days("FORMER_USERNAME_DAYS", default=90)
LEAVING_DAYS = env.days("LEAVING_DAYS", default=7)
UNDO_EMAIL_DAYS = env.days("UNDO_EMAIL_DAYS", default=7, minimum=1)
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_RESET_TIMEOUT", default=60 * 60)  # seconds
CONFIRMATION_TIMEOUT = env.int("CONFIRMATION_TIMEOUT", default=7 * 24 * 60 * 60)  # seconds
LAST_SEEN_INTERVAL = env.int("LAST_SEEN_INTERVAL", default=15 * 60, minimum=0)  # seconds

# Rate limits: (times, or characters to translate, and seconds), or None for no limit (see `limits`)

LIMITS = env.limits(
    log_in={"account": ("LIMIT_LOG_IN_ACCOUNT", "5/15m"), "address": ("LIMIT_LOG_IN_ADDRESS", "100/15m")},
    code={"person": ("LIMIT_CODE", "5/15m"), "address": ("LIMIT_CODE_ADDRESS", "100/15m")},
    password={"person": ("LIMIT_PASSWORD", "10/15m")},
    register={"address": ("LIMIT_REGISTER", "100/1h")},
    reset={"address": ("LIMIT_RESET_ADDRESS", "100/1h"), "email": ("LIMIT_RESET_EMAIL", "3/10m")},
    confirm={"person": ("LIMIT_CONFIRM", "10/1h"), "email": ("LIMIT_CONFIRM_EMAIL", "10/1h")},
    new_device={"person": ("LIMIT_NEW_DEVICE", "10/1h")},
    write={"person": ("LIMIT_WRITE", "100/1h"), "address": ("LIMIT_WRITE_ADDRESS", "2000/1h")},
    rename={"person": ("LIMIT_RENAME", "10/1d")},
    follow={"person": ("LIMIT_FOLLOW", "300/1h"), "address": ("LIMIT_FOLLOW_ADDRESS", "5000/1h")},
    like={"person": ("LIMIT_LIKE", "300/1h")},
    repost={"person": ("LIMIT_REPOST", "300/1h")},
    block={"person": ("LIMIT_BLOCK", "300/1h"), "address": ("LIMIT_BLOCK_ADDRESS", "5000/1h")},
    report={"person": ("LIMIT_REPORT", "20/1h"), "address": ("LIMIT_REPORT_ADDRESS", "200/1h")},
    download={"person": ("LIMIT_DOWNLOAD", "5/1h")},
    translate={"person": ("LIMIT_TRANSLATE", "20000/1d"), "site": ("LIMIT_TRANSLATE_SITE", "60000/1d")},
)
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", word="unix")

# Apps, middleware and templates

INSTALLED_APPS = [
    "microblog_site",
    "microblog_site.limits",
    "microblog_site.submissions",
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
    "microblog_site.apps.TasksConfig",  # django_ox
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "microblog_site.middleware.StaticFilesMiddleware",
    "microblog_site.compression.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "microblog_site.middleware.RequestSizeMiddleware",
    "microblog_site.middleware.HealthMiddleware",
    "django.middleware.common.CommonMiddleware",
    "microblog_site.middleware.ErrorPagesMiddleware",
    "microblog_site.middleware.SameForAllMiddleware",
    "microblog_site.submissions.middleware.SubmissionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "microblog_site.middleware.LocaleMiddleware",
    "accounts.middleware.CsrfMiddleware",
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
FORCE_SCRIPT_NAME = ""  # whatever a request says: the site has its own host, and its HTML is cached
WSGI_APPLICATION = "microblog_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "microblog_site.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "microblog_site.templatetags.site"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Storage

DATABASES = databases(DATA_DIR)
DATABASE_PREPARED_STATEMENTS = env.bool("DATABASE_PREPARED_STATEMENTS", default=True)
CACHES = caches(debug=DEBUG)
MEDIA_ROOT, MEDIA_URL = DATA_DIR / "media", "/media/"
STATIC_ROOT, STATIC_URL = DATA_DIR / "static", "/static/"
FILE_UPLOAD_PERMISSIONS = 0o600
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATICFILES = "django.contrib.staticfiles" if DEBUG else "microblog_site"
STORAGES = {
    "default": {"BACKEND": "microblog_site.storage.MediaStorage"},
    "staticfiles": {"BACKEND": f"{STATICFILES}.storage.StaticFilesStorage"},
}

SCHEDULES = {
    "prune": {"task": "accounts.personal_data.tasks.prune", "cron": "17 3 * * *"},
    "erase": {"task": "accounts.personal_data.tasks.erase_deleted_accounts", "cron": "37 * * * *"},
}
TASKS = {  # e-mails have a budget of their own: see `mail_queue`
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": ["default", MAIL_QUEUE],
        "OPTIONS": {"LOCK_TIMEOUT": 15, "MAX_ATTEMPTS": 10, "BACKOFF_INITIAL": 2, "SCHEDULES": SCHEDULES},
    }
}

# Authentication and sessions

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrEmailBackend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    *({"NAME": f"accounts.passwords.{name}Validator"} for name in ("Similarity", "Breached")),
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
        for name in ("MinimumLength", "CommonPassword", "NumericPassword")
    ),
]
BREACHED_PASSWORDS_URL = env.url("BREACHED_PASSWORDS_URL", ["http", "https"], example="https://pwned.example/range")
STAFF_TWO_FACTOR = env.str("STAFF_TWO_FACTOR", choices=["required"])
OTP_TOTP_ISSUER = SITE_NAME
OTP_TOTP_SYNC = False  # accept one step of clock drift, without adding it up
OTP_TOTP_THROTTLE_FACTOR = 0  # LIMITS counts attempts, like all others
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30  # seconds
DEVICE_COOKIE_NAME = "devices"
DEVICE_COOKIE_AGE = LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365

# Languages and time zones

LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = languages.spoken(LOCALE_PATHS[0])
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en", choices=dict(LANGUAGES))
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "microblog_site.formats"

# Mail and logs

MAILERS = mailers(DATA_DIR)
DEFAULT_FROM_EMAIL = env.email("DEFAULT_FROM_EMAIL", default=formataddr((SITE_NAME, f"noreply@{SITE_HOST}")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ADMINS = env.emails("ADMINS")
LOGGING = logging_settings(DATA_DIR, debug=DEBUG)

# Security headers and cookies

SECURITY_CONTACT = security_contact(default=f"mailto:security@{SITE_HOST}")
SECURE_CSP = {
    **{part: [CSP.NONE] for part in ("default-src", "frame-ancestors", "base-uri")},
    **{f"{part}-src": [CSP.SELF] for part in ("script", "style", "font", "connect", "manifest")},
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
}
MESSAGE_STORAGE = "microblog_site.messages.MessageStorage"
CSRF_FAILURE_VIEW = "microblog_site.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = DEVICE_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME, DEVICE_COOKIE_NAME = "__Host-language", "__Host-devices"
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
# W003: our CSRF middleware is a subclass of Django's. The others: subdomains belong to whoever runs the domain.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W005", "security.W021"]
