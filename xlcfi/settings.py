"""Django's settings. What differs from place to place comes from the environment, see xlcfi/env_settings/."""

import warnings
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from xlcfi.console.unfold_settings import UNFOLD as UNFOLD
from xlcfi.env import environment_or_exit
from xlcfi.env_kinds import database_parts
from xlcfi.observability.logging import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent

_environment = environment_or_exit()
# Every name of the environment's list is a setting; those below are named again because they are typed or used here.
globals().update(_environment)
DEPLOYMENT: str = _environment["DEPLOYMENT"]
SECRET_KEY: str = _environment["SECRET_KEY"]
DEBUG: bool = _environment["DEBUG"]
ALLOWED_HOSTS: list[str] = _environment["ALLOWED_HOSTS"]
DATABASE_URL: str = _environment["DATABASE_URL"]
DATABASE_CONN_MAX_AGE: int = _environment["DATABASE_CONN_MAX_AGE"]
DATABASE_STATEMENT_TIMEOUT_MS: int = _environment["DATABASE_STATEMENT_TIMEOUT_MS"]
TEST_DATABASE_NAME: str = _environment["TEST_DATABASE_NAME"]
PLATFORM_SCHEMA: str = _environment["PLATFORM_SCHEMA"]
REDIS_URL: str = _environment["REDIS_URL"]
KAFKA_BOOTSTRAP_SERVERS: list[str] = _environment["KAFKA_BOOTSTRAP_SERVERS"]
INTERNAL_JWT_KEYS: tuple[bytes, ...] = _environment["INTERNAL_JWT_KEYS"]
INTERNAL_SHARED_SECRET: str = _environment["INTERNAL_SHARED_SECRET"]
TRUSTED_GATEWAY_CIDRS: tuple[IPv4Network | IPv6Network, ...] = _environment["TRUSTED_GATEWAY_CIDRS"]
GATEWAY_MARKER_HEADERS: list[str] = _environment["GATEWAY_MARKER_HEADERS"]
LEGACY_OPEN_CIDRS: tuple[IPv4Network | IPv6Network, ...] = _environment["LEGACY_OPEN_CIDRS"]
RATE_LIMIT_PER_MINUTE: int = _environment["RATE_LIMIT_PER_MINUTE"]
CORS_ALLOWED_ORIGINS: list[str] = _environment["CORS_ALLOWED_ORIGINS"]
CSRF_TRUSTED_ORIGINS: list[str] = _environment["CSRF_TRUSTED_ORIGINS"]
JAVA_PRODUCT_SERVICE_URL: str = _environment["JAVA_PRODUCT_SERVICE_URL"]
JAVA_MEMBER_SERVICE_URL: str = _environment["JAVA_MEMBER_SERVICE_URL"]
JAVA_PRODUCT_BATCH_PATH: str = _environment["JAVA_PRODUCT_BATCH_PATH"]
JAVA_JSON_NAMING: str = _environment["JAVA_JSON_NAMING"]
JAVA_HEALTH_PATH: str = _environment["JAVA_HEALTH_PATH"]
JAVA_CALL_BUDGET_MS: int = _environment["JAVA_CALL_BUDGET_MS"]
REBUILD_SETTLE_SECONDS: int = _environment["REBUILD_SETTLE_SECONDS"]
RECONCILE_EVERY_MINUTES: int = _environment["RECONCILE_EVERY_MINUTES"]
RECONCILE_LAG_MINUTES: int = _environment["RECONCILE_LAG_MINUTES"]
CO_PURCHASE_LARGEST_BASKET: int = _environment["CO_PURCHASE_LARGEST_BASKET"]
PRODUCT_INDEXER_STARTS: bool = _environment["PRODUCT_INDEXER_STARTS"]
DEMAND_FORECASTER_STARTS: bool = _environment["DEMAND_FORECASTER_STARTS"]
CONSUMER_BATCH_SIZE: int = _environment["CONSUMER_BATCH_SIZE"]
CONSUMER_MAX_POLL_SECONDS: int = _environment["CONSUMER_MAX_POLL_SECONDS"]
CONSUMER_FAILURE_LIMIT: int = _environment["CONSUMER_FAILURE_LIMIT"]
CONSUMER_UNREADABLE_LIMIT: int = _environment["CONSUMER_UNREADABLE_LIMIT"]
CONSUMER_FAILURE_WINDOW: int = _environment["CONSUMER_FAILURE_WINDOW"]
REVIEW_ANALYZED_TYPE_ID: str = _environment["REVIEW_ANALYZED_TYPE_ID"]
INBOX_RETENTION_DAYS: int = _environment["INBOX_RETENTION_DAYS"]
OUTBOX_RETENTION_DAYS: int = _environment["OUTBOX_RETENTION_DAYS"]
FOLLOW_UP_RETENTION_DAYS: int = _environment["FOLLOW_UP_RETENTION_DAYS"]
DEAD_LETTER_RETENTION_DAYS: int = _environment["DEAD_LETTER_RETENTION_DAYS"]
FILE_POSITION_RETENTION_DAYS: int = _environment["FILE_POSITION_RETENTION_DAYS"]
BEHAVIOR_RETENTION_DAYS: int = _environment["BEHAVIOR_RETENTION_DAYS"]
EXPOSURE_FLUSH_SECONDS: float = _environment["EXPOSURE_FLUSH_SECONDS"]
EXPOSURE_RETENTION_DAYS: int = _environment["EXPOSURE_RETENTION_DAYS"]
EXPOSED_PEOPLE_RETENTION_DAYS: int = _environment["EXPOSED_PEOPLE_RETENTION_DAYS"]
ANALYTICS_EXCLUDED_USER_IDS: list[int] = _environment["ANALYTICS_EXCLUDED_USER_IDS"]
DELIVERY_PROMISE_DAYS: int = _environment["DELIVERY_PROMISE_DAYS"]
DEAD_LETTER_SUFFIX: str = _environment["DEAD_LETTER_SUFFIX"]
MODEL_CACHE_DIR: str = _environment["MODEL_CACHE_DIR"]
MODEL_FILES_KEPT: int = _environment["MODEL_FILES_KEPT"]
METRICS_PORT: int = _environment["METRICS_PORT"]
WEB_THREADS: int = _environment["WEB_THREADS"]
LOG_LEVEL: str = _environment["LOG_LEVEL"]
LOG_FORMAT: Literal["json", "text"] = _environment["LOG_FORMAT"]
SERVICE_NAME: str = _environment["SERVICE_NAME"]
INTERNAL_JWT_SECRET: str = _environment["INTERNAL_JWT_SECRET"]
INTERNAL_JWT_SECRET_PREVIOUS: str = _environment["INTERNAL_JWT_SECRET_PREVIOUS"]
PROMETHEUS_MULTIPROC_DIR: str = _environment["PROMETHEUS_MULTIPROC_DIR"]

INSTALLED_APPS = [
    "corsheaders",
    # Its templates go before Django's; its site is ours: see xlcfi/console.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "xlcfi.console.apps.ConsoleConfig",
    "xlcfi.console.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "xlcfi.api",
    "xlcfi.platform",
    "xlcfi.events",
    "xlcfi.artifacts",
    "recommendations",
    "ml",
    "images",
    "analytics",
    "reports",
    "etl",
]
if DEPLOYMENT != "production":
    INSTALLED_APPS.append("xlcfi.demo")

MIDDLEWARE = [
    "xlcfi.observability.middleware.RequestMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "xlcfi.api.middleware.EnvelopeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "xlcfi.urls"
WSGI_APPLICATION = "xlcfi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- The database that we share -------------------------------------------------------------------------------------

_database = database_parts(DATABASE_URL)
_database["OPTIONS"] = {
    # A database that is away must cost seconds, not minutes: the callers give up after five.
    "connect_timeout": "2",
    "tcp_user_timeout": "4000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "application_name": "xlcfi-data",
    **_database["OPTIONS"],
}
if PLATFORM_SCHEMA != "public":
    # What we make goes to public, what Java made is found behind it.
    _database["OPTIONS"]["options"] = f"-c search_path=public,{PLATFORM_SCHEMA}"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "xlcfi.database",
        **_database,
        "CONN_MAX_AGE": DATABASE_CONN_MAX_AGE,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": TEST_DATABASE_NAME},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: what Django itself keeps there --------------------------------------------------------------------------

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "xlcfi:django",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.05, "SOCKET_TIMEOUT": 0.1, "IGNORE_EXCEPTIONS": True},
    }
}

# --- Time and language ----------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]

# --- The API --------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["xlcfi.api.authentication.PlatformAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["xlcfi.api.throttling.GatewayUserThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["xlcfi.api.rendering.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["xlcfi.api.rendering.LimitedJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "xlcfi.api.negotiation.DataNegotiation",
    "DEFAULT_SCHEMA_CLASS": "xlcfi.api.schema.DataSchema",
    "EXCEPTION_HANDLER": "xlcfi.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
    # `format` is a parameter of downloads and charts, not of the framework.
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "XLCfi data platform",
    "DESCRIPTION": "Analytics and recommendations of the K-Food trading platform XLCfi.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "PREPROCESSING_HOOKS": ["xlcfi.api.schema.canonical_paths_only"],
}
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "content-type", "traceparent", "tracestate", "b3"]
CORS_EXPOSE_HEADERS = ["X-Trace-Id", "traceparent", "Retry-After", "Content-Disposition"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
"""Images go up to 10 MB, and a multipart body is a little more than its file."""

# --- The admin and its files ----------------------------------------------------------------------------------------

LOGIN_REDIRECT_URL = "admin:index"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# The image collects them when it is built; elsewhere they are served from where they lie.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
warnings.filterwarnings("ignore", message="No directory at")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DEPLOYMENT == "production"

# --- What it tells about itself -------------------------------------------------------------------------------------

LOGGING = logging_config(
    LOG_LEVEL,
    LOG_FORMAT,
    SERVICE_NAME,
    secrets=(
        SECRET_KEY,
        INTERNAL_JWT_SECRET,
        INTERNAL_JWT_SECRET_PREVIOUS,
        INTERNAL_SHARED_SECRET,
        _database["PASSWORD"],
    ),
)
