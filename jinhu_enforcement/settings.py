"""Settings, read from the environment; every variable is documented where it is read.

JINHU_ENV says what this is (see environment.py): `local`, the default, for `make run` on one's own machine;
`production`, which refuses unsafe values; `test`, set by the test run.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jinhu_enforcement import environment

env = environ.Env()
BASE_DIR = environment.BASE_DIR

try:
    JINHU_ENV = environment.mode()
    DEBUG = environment.debug()
    SECRET_KEY = environment.secret_key()
    # SEALING_KEYS_FILE or SEALING_KEYS: with these identities are sealed (docs/adr/0023); never derived from SECRET_KEY.
    SEALING_KEYS_FILE, SEALING_KEYS = environment.sealing_keys()
    ALLOWED_HOSTS = environment.allowed_hosts()
    environment.refuse_demo_on_network()
    DATABASE = environment.database(environment.server_url("DATABASE_URL"))
except environment.BadEnvironment as error:
    raise ImproperlyConfigured(str(error)) from None

PRODUCTION = JINHU_ENV == "production"
# SECRET_KEY_FALLBACKS: former keys, comma separated, while sessions signed with them run out.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DATA_DIR = environment.data_dir()

# DEMO: the sample county's accounts exist and may log in with the published password.
DEMO = environment.is_on("DEMO")
DEMO_PASSWORD = "Jinhu-demo-2026"  # noqa: S105  published on purpose; refused for log-in unless DEMO is on

PLATFORM_NAME = "金湖县镇街综合行政执法协调联动平台"

INSTALLED_APPS = [
    "jinhu_enforcement.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "guardian",
    "django_htmx",
    "simple_history",
    "jinhu_enforcement.axes_app.AxesConfig",
    "csp",
    "workdays",
    "letters",
    "evidence",
    "organizations",
    "sealing",
    "accounts",
    "proceedings",
    "cases",
    "referrals",
    "complaints",
    "infosharing",
    "disputes",
    "firstrun",
]
MIDDLEWARE = [
    # First, so that refusals of every other middleware are in the log, too.
    "jinhu_enforcement.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "jinhu_enforcement.security.SecurityHeadersMiddleware",
    "jinhu_enforcement.input_check.InputCheckMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jinhu_enforcement.outage.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jinhu_enforcement.sessions.SessionLimitsMiddleware",
    "accounts.middleware.ChangePasswordFirstMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jinhu_enforcement.capacity.CapacityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jinhu_enforcement.urls"
WSGI_APPLICATION = "jinhu_enforcement.wsgi.application"
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
                "jinhu_enforcement.context.platform",
            ],
        },
    },
]

if JINHU_ENV == "test":
    # Two procedures that live in the tests only, to prove that the engine knows none by name.
    INSTALLED_APPS.append("tests.made_up")
    ROOT_URLCONF = "tests.made_up.urls"

# -- servers -----------------------------------------------------------------------------------------------------------
# DATABASE_URL: postgres://user:password@host:port/name. Without it the supervisor's embedded server is used.
# DB_CONN_MAX_AGE: seconds that a connection is kept between requests.
# DATABASE_POOLER: 1 behind a pooler that may give each transaction another server process (no prepared statements).
DATABASES = {
    "default": {
        **DATABASE,
        "CONN_MAX_AGE": env.int("DB_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_POOLER", default=False),
        "OPTIONS": {"connect_timeout": 5, **DATABASE["OPTIONS"]},
    }
}
# REDIS_URL: redis://host:port/number or unix:///path?db=number. Cache and broker; no truth lives there.
REDIS_URL = environment.server_url("REDIS_URL") or "redis://127.0.0.1:6379/0"
# Parallel test workers share one Redis, each under its own prefix.
TEST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "") if JINHU_ENV == "test" else ""
REDIS_TIMEOUT = 0.25  # seconds; a request never waits longer for Redis
CACHES = {
    "default": {
        "BACKEND": "jinhu_enforcement.cache.TolerantRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"jinhu{TEST_WORKER}",
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT},
    }
}

CELERY_BROKER_URL = environment.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # a dead broker must not hold up an officer; the beat comes anyway
CELERY_TASK_ACKS_LATE = True  # every task may run twice; none may be lost with its worker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
    "global_keyprefix": f"jinhu{TEST_WORKER}-",
}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_TIME_LIMIT = 600
CELERY_BEAT_SCHEDULER = "jinhu_enforcement.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "celerybeat-schedule")
# SWEEP_SECONDS: how often running clocks are looked at.
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=30.0)
# `expires`: runs missed while the worker was away are dropped, because one run catches up with everything.
OFTEN = ("sweep", "expire", "deliver_outbox", "render_letters", "make_prints")
CELERY_BEAT_SCHEDULE = {
    task.rpartition(".")[2]: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for task in (*(f"proceedings.tasks.{name}" for name in OFTEN), "infosharing.tasks.share_power_changes")
} | {
    "reach_new_holders": {"task": "infosharing.tasks.reach_new_holders", "schedule": crontab(hour=0, minute=10)},
    "tidy": {"task": "proceedings.tasks.tidy", "schedule": crontab(hour=3, minute=20)},
}

# -- accounts and sessions ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organizations.Officer"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jinhu_enforcement.accounts.DemoGuardBackend",
    "accounts.backends.SpentSlipBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.hashers.SlipPasswordHasher",
]
if JINHU_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "accounts.hashers.SlipPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone", "certificate_number", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jinhu_enforcement.accounts.ComplexityValidator"},
    {"NAME": "jinhu_enforcement.accounts.NotTheDemoPasswordValidator"},
    {"NAME": "jinhu_enforcement.accounts.NewPasswordEndsTheOld"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

# ONE_TIME_PASSWORD_DAYS: until the end of so many days after printing, a one-time slip opens its account once.
ONE_TIME_PASSWORD_DAYS = env.int("ONE_TIME_PASSWORD_DAYS", default=7)

# SESSION_IDLE_MINUTES without a request end a session; SESSION_HOURS after log-in it ends in any case.
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=30) * 60
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jinhu_enforcement.error_views.csrf_failure"
# Cookies do not know ports: two copies on one machine would log each other out.
COOKIE_SUFFIX = "" if PRODUCTION else f"_{env('PORT', default='8000')}"
SESSION_COOKIE_NAME = f"sessionid{COOKIE_SUFFIX}"
CSRF_COOKIE_NAME = f"csrftoken{COOKIE_SUFFIX}"

# LOGIN_FAILURES wrong passwords for one user name from one address lock that pair for LOGIN_LOCK_MINUTES.
# The pair, never the address alone: a county sits behind one address.
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCK_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "jinhu_enforcement.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "jinhu_enforcement.auth_views.locked_out"
AXES_VERBOSE = False
# TRUSTED_PROXIES: addresses or networks of reverse proxies whose X-Forwarded-For is believed, comma separated.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# -- transport and content security ------------------------------------------------------------------------------------
# HTTPS=0 in production only where a gateway ends TLS and the way behind it is protected otherwise.
HTTPS = env.bool("HTTPS", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# CSRF_TRUSTED_ORIGINS: https://name[:port] of the site when a proxy changes it, comma separated.
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- REST --------------------------------------------------------------------------------------------------------------
# API_TOKEN_DAYS: a token fetched with a password lives so long. API_TOKEN_MAX_DAYS: any token, at most.
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", default=30)
API_TOKEN_MAX_DAYS = env.int("API_TOKEN_MAX_DAYS", default=180)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jinhu_enforcement.accounts.ExpiringTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "jinhu_enforcement.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "jinhu_enforcement.api_errors.exception_handler",
    # Per address and minute, above what a whole county behind one address needs; axes counts per account.
    "DEFAULT_THROTTLE_RATES": {"token": "120/min", "verify": "30/min"},
    "NUM_PROXIES": 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": PLATFORM_NAME,
    "DESCRIPTION": "案件移送等协调联动事项的接口。时间不带时区时按北京时间。",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "UnitKindEnum": "organizations.models.UnitKind",
        "PowerKindEnum": "organizations.models.PowerKind",
    },
}
ANONYMOUS_USER_NAME = None  # guardian: nobody without an account holds object permissions

# -- files and pages ---------------------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STATIC_URL = "/static/"
# STATIC_ROOT: where collectstatic puts what whitenoise serves; in DATA_DIR, so that two copies do not share it.
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
# The handbook's pictures are the ones of the repository's documentation.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    BASE_DIR / "build" / "static",
    ("screenshots", BASE_DIR / "docs" / "screenshots"),
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if JINHU_ENV == "test" or DEBUG:
    # Tests and template work see the source files; nothing has to be collected first.
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_KEEP_ONLY_HASHED_FILES = False
# LETTER_FONTS: a folder with the customer's own 方正小标宋, 仿宋_GB2312 …; it comes before the fonts of the set-up.
LETTER_FONT_DIRS = [
    *([env("LETTER_FONTS")] if env("LETTER_FONTS", default="") else []),
    str(BASE_DIR / "build" / "fonts"),
]
# EMAIL_URL: smtp://user:password@host:port; without it no mail leaves the platform.
vars().update(env.email("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 5  # seconds; a mail server that hangs must not hold the worker
# DEFAULT_FROM_EMAIL: the sender's address of those mails.
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="platform@localhost")

# Error reports never show what is sealed.
DEFAULT_EXCEPTION_REPORTER_FILTER = "proceedings.reports.ReporterFilter"

WORKDAYS_LIMITS = "jinhu_enforcement.limits.LIMITS"
HANDBOOK_SECTIONS = "jinhu_enforcement.handbook.SECTIONS"
WORKDAYS_ON_CHANGE = ["proceedings.recompute.recompute_open_clocks"]
ORGANIZATIONS_AFTER_IMPORT = ["accounts.admin.offer_slips"]
SEALING_ON_ROTATE = ["proceedings.sealed.reseal_drafts"]
ORGANIZATIONS_ON_MERGE = ["proceedings.mergers.move_open_parties", "infosharing.mergers.pass_on"]

# SEALED_YEARS: so many years after its matter was closed a sealed identity is erased; what happened stays.
SEALED_YEARS = env.int("SEALED_YEARS", default=3)

# -- procedures --------------------------------------------------------------------------------------------------------
# SITE_URL: how the platform is reached; printed with the verification code on letters.
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
# NOTICE_CHANNELS: how notices leave the platform, of: email, webhook. NOTICE_WEBHOOK_URL: where the webhook goes.
NOTICE_CHANNELS = env.list("NOTICE_CHANNELS", default=["email"])
NOTICE_WEBHOOK_URL = env("NOTICE_WEBHOOK_URL", default="")
# The health page calls the sweep late when its last run is older than four periods.
SWEEP_LATE_AFTER_SECONDS = 4 * SWEEP_SECONDS
# ABANDONED_FORM_DAYS: a form that was begun and not touched for so long is discarded, with its files.
ABANDONED_FORM_DAYS = env.int("ABANDONED_FORM_DAYS", default=90)
# TRANSFER_HOPS_BEFORE_DISPUTE: after so many refusals of one case a dispute is proposed (M3.6).
TRANSFER_HOPS_BEFORE_DISPUTE = env.int("TRANSFER_HOPS_BEFORE_DISPUTE", default=2)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = None
# Only what other packages say; the platform's own words are Chinese in the code.
LOCALE_PATHS = [BASE_DIR / "locale"]

# LOG_LEVEL: of the platform's own log; one JSON object a line on standard output (see logs.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "jinhu_enforcement.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        # request_log.py writes one line for each request, without what Django's lines quote from the address.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "ERROR"},
        "django.server": {"level": "CRITICAL"},
        "axes": {"level": "ERROR"},  # quotes user names
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},  # quotes the tasks' arguments
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
    },
}
if JINHU_ENV == "test" and not os.environ.get("LOG_LEVEL"):
    LOGGING["root"]["level"] = "WARNING"
