"""Settings, read once from the environment. Every variable is listed in docs/settings.md; a wrong value fails here, at start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from server.core.readers import above_zero, boundary, clock_span, depth_model, file_storage

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
STATE = Path(env.str("FESTIVITY_STATE", default=str(ROOT / ".festivity")))

DEBUG = env.bool("FESTIVITY_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random string, or start through ./festivity, which makes one."
    )
ALLOWED_HOSTS = env.list("FESTIVITY_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("FESTIVITY_ORIGINS", default=[])

INSTALLED_APPS = [
    "server.core",
    "server.accounts",
    "server.drives",
    "server.frames",
    "server.houses",
    "server.labels",
    "server.votes",
    "server.trust",
    "server.labelling",
    "server.search",
    "server.jobs",
    "server.training",
    "server.scorers",
    "server.review",
    "server.tours",
    "server.maps",
    "server.boards",
    "server.competitions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "leaflet",
    "csp",
]
MIDDLEWARE = [
    "server.core.forwarded.as_the_proxy_said",
    "django.middleware.security.SecurityMiddleware",
    "server.maps.tiles.front.tiles_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "server.core.zone.in_the_places_zone",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "server.accounts.middleware.change_password_first",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "server.urls"
WSGI_APPLICATION = "server.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "server.core.context.site",
            ],
        },
    }
]

# Database: PostGIS. Web processes draw from a pool; a worker keeps one connection, since a pool does not survive a fork.
DATABASES = {"default": env.db("DATABASE_URL", engine="django.contrib.gis.db.backends.postgis")}
# Just-in-time compilation takes longer (0.5 s) than any query here; lists of a whole season are sorted in memory. Statements are
# prepared where the code asks for it (server.core.sql.fetch_prepared), and only there.
DATABASES["default"]["OPTIONS"] = {
    "options": "-c jit=off -c work_mem=16MB",
    "prepare_threshold": 5,
    **DATABASES["default"].get("OPTIONS", {}),
}
if env.bool("FESTIVITY_DB_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("FESTIVITY_DB_POOL_SIZE", default=8),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
GDAL_LIBRARY_PATH = env.str("GDAL_LIBRARY_PATH", default=None)
GEOS_LIBRARY_PATH = env.str("GEOS_LIBRARY_PATH", default=None)

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "festivity",
    }
}

TILES_KEPT_S = env.int("FESTIVITY_TILES_KEPT_S", default=7 * 24 * 3600)

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "pipeline"
CELERY_TASK_ROUTES = {
    "workers.tasks.run_score_part": {"queue": "score", "priority": 6},
    "workers.tasks.look_for": {
        "queue": "score",
        "priority": 0,
    },  # the most urgent: somebody waits before a screen
    "workers.tasks.run_job": {"queue": "score", "priority": 9},
    "workers.tasks.sweep": {"queue": "sweep"},
}
CELERY_TASK_TIME_LIMIT = env.int("FESTIVITY_TASK_LIMIT_S", default=3600)

LEASE_S = env.int("FESTIVITY_LEASE_S", default=60)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "workers.tasks.sweep", "schedule": LEASE_S / 6, "options": {"expires": LEASE_S}}
}

# Files: originals are private; what a page shows is a derivative without EXIF. Both go through the storage API.
MEDIA_ROOT = Path(env.str("FESTIVITY_MEDIA", default=str(STATE / "media")))
STORAGES = {
    "default": file_storage(env, MEDIA_ROOT, "private"),
    "derivatives": file_storage(env, MEDIA_ROOT, "derivatives"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_MANIFEST_STRICT = False
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [ROOT / "static"]
UPLOAD_MAX_BYTES = env.int("FESTIVITY_UPLOAD_MAX_BYTES", default=64 * 1024**3)
ARCHIVE_MAX_BYTES = env.int("FESTIVITY_ARCHIVE_MAX_BYTES", default=16 * 1024**3)
UPLOAD_CHUNK_BYTES = env.int("FESTIVITY_UPLOAD_CHUNK_BYTES", default=8 * 1024**2)
UPLOAD_PARTS = env.str("FESTIVITY_PARTS", default="")
DRIVER_QUOTA_BYTES = env.int("FESTIVITY_DRIVER_QUOTA_BYTES", default=500 * 1024**3)
FREE_BYTES = env.int("FESTIVITY_FREE_BYTES", default=2 * 1024**3)
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
UPLOAD_KEEP_HOURS = env.int("FESTIVITY_UPLOAD_KEEP_HOURS", default=168)
SEARCH_INDEX = Path(env.str("FESTIVITY_SEARCH_INDEX", default=str(MEDIA_ROOT / "search")))
SEARCH_MAX_BYTES = env.int("FESTIVITY_SEARCH_MAX_BYTES", default=20 * 1024**2)
DEPTH_MODEL = depth_model(env.str("FESTIVITY_DEPTH_MODEL", default=""))
OVERPASS_URL = env.str("FESTIVITY_OVERPASS_URL", default="")
CONTACT = env.str("FESTIVITY_CONTACT", default="")
PHOTO_MAX_PIXELS = env.int("FESTIVITY_PHOTO_MAX_PIXELS", default=50_000_000)
FRAME_STEP_M = above_zero("FESTIVITY_FRAME_STEP_M", env.float("FESTIVITY_FRAME_STEP_M", default=3.0))
FRAME_STEP_S = above_zero("FESTIVITY_FRAME_STEP_S", env.float("FESTIVITY_FRAME_STEP_S", default=1.0))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024**2

# Votes: the key of all that is kept of voters' addresses; a boundary that a voter has to be in, with so much room around it.
VOTER_KEY = env.str("FESTIVITY_VOTER_KEY", default=SECRET_KEY)
VOTE_WITHIN = boundary(env.str("FESTIVITY_VOTE_WITHIN", default=""))
VOTE_WITHIN_M = env.float("FESTIVITY_VOTE_WITHIN_M", default=2000.0)

# Mail: without an address of a server nothing is sent, and votes by e-mail link are not offered.
EMAIL_CONFIG = env.email_url("FESTIVITY_EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
MAIL_GOES_OUT = not EMAIL_CONFIG["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("FESTIVITY_EMAIL_FROM", default="festivity@localhost")

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "drives:mine"
LOGOUT_REDIRECT_URL = "maps:map"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
PLACE_TIME_ZONE = env.str("FESTIVITY_TIME_ZONE", default="UTC")

LIGHTS_ON = clock_span("FESTIVITY_LIGHTS_ON", env.str("FESTIVITY_LIGHTS_ON", default=""))

# An operator may add a raster base map; without it no request leaves the site.
BASE_TILE_URL = env.str("FESTIVITY_BASE_TILE_URL", default="")
BASE_TILE_CREDIT = env.str("FESTIVITY_BASE_TILE_CREDIT", default="")
BASE_TILE_ORIGIN = env.str("FESTIVITY_BASE_TILE_ORIGIN", default="")

SECURE_SSL = env.bool("FESTIVITY_HTTPS", default=False)
SECURE_SSL_REDIRECT = SECURE_SSL
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_HSTS_PRELOAD = SECURE_SSL
SESSION_COOKIE_SECURE = SECURE_SSL
CSRF_COOKIE_SECURE = SECURE_SSL
# What these two read is taken away by server.core.forwarded, unless FESTIVITY_PROXIES says that a proxy of ours wrote it.
PROXIES = env.int("FESTIVITY_PROXIES", default=0)
USE_X_FORWARDED_HOST = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *([BASE_TILE_ORIGIN] if BASE_TILE_ORIGIN else [])],
        # Leaflet gives tiles that it takes away an empty picture as data, which Chromium counts as a connection.
        "connect-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "server.core.api.told",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Festivity Map",
    "DESCRIPTION": "Drives, houses and neighbourhoods of the festivity map. Positions are GeoJSON (RFC 7946), lon, lat.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "PointType": "server.core.api.POINT",
        "FeatureType": "server.core.api.FEATURE",
        "FeatureCollectionType": "server.core.api.COLLECTION",
        "DriveStage": "server.drives.models.Stage",
        "CameraSide": "server.drives.models.Side",
        "FootageState": "server.drives.models.Footage.State",
        "SearchState": "server.search.models.PhotoSearch.State",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
}
# The admin's geometry widgets draw on the site's own heat tiles, so that they too work without the network.
LEAFLET_CONFIG = {
    "TILES": [("Heat", "/tiles/heat/{z}/{x}/{y}.png", {"maxZoom": 22, "maxNativeZoom": 18})],
    "DEFAULT_CENTER": (0, 0),
    "DEFAULT_ZOOM": 2,
    "MAX_ZOOM": 22,
    "ATTRIBUTION_PREFIX": "",
    "RESET_VIEW": False,
    "PLUGINS": {"forms": {"js": ["js/admin-marker.js"]}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
