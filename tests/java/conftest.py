"""The Java programs, each started once and only where a test asks for it."""

import pytest

from tests.java.program import java


@pytest.fixture(scope="session")
def jjwt11():
    """A service with jjwt 0.11."""
    with java("tokens-jjwt11", "com.xlcfi.tokens.Main") as program:
        yield program


@pytest.fixture(scope="session")
def jjwt12():
    """A service with jjwt 0.12."""
    with java("tokens-jjwt12", "com.xlcfi.tokens.Main") as program:
        yield program


@pytest.fixture(params=["jjwt11", "jjwt12"])
def jjwt(request):
    """A service with each of the two."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def spring():
    """A service with spring-kafka."""
    with java("events", "com.xlcfi.broker.Main") as program:
        yield program


@pytest.fixture(scope="package")
def told(spring, django_db_setup, django_db_blocker):
    """What is so once our consumers have applied every kind of event that Java sent."""
    from tests.java.run import run_of_everything

    with django_db_blocker.unblock(), run_of_everything(spring) as found:
        yield found
