"""The settings of the tests: those of a machine of one's own, whatever the environment leaves out."""

import os

os.environ.setdefault("DEPLOYMENT", "test")

from xlcfi.settings import *  # noqa: F403

STATIC_ROOT = None  # nothing is collected for the tests; the files are served from where they lie
