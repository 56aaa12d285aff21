"""The settings of a server that serves the example views."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.api.example_urls"
