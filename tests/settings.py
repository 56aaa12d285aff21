"""The settings of the tests: those of a machine of one's own, whatever the environment leaves out."""

import os

os.environ.setdefault("DEPLOYMENT", "test")

from xlcfi.settings import *  # noqa: F403

STATIC_ROOT = None  # nothing is collected for the tests; the files are served from where they lie

# Tests can run in several processes: each has databases of its own in Redis, as pytest-django gives it in PostgreSQL.
from tests.redis_places import redis_url, worker_database  # noqa: E402

REDIS_URL = redis_url(REDIS_URL, worker_database())  # noqa: F405
CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405

# What was recommended is written when a test asks for it, by the test's own connection.
EXPOSURE_FLUSH_SECONDS = 0.0
# No process is started behind a test's back: it would look into the database of DATABASE_URL.
PRODUCT_INDEXER_STARTS = False
DEMAND_FORECASTER_STARTS = False
