"""The headers of each kind of caller."""

from tests.api.conftest import service, user, visitor  # noqa: F401
