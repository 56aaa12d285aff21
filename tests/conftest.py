"""Fixtures for every test: the Java-owned tables in the database, a market to fill them, a clock that stands still."""

from collections.abc import Generator, Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.cache.private_redis import PrivateRedis, private_redis
from tests.factories import Market, seoul
from xlcfi.artifacts.serving import serving_forget
from xlcfi.cache.json_cache import copies_forget
from xlcfi.cache.redis import redis_client
from xlcfi.clock import FixedClock, use_clock


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test printed can't be told to the process that collects the reports where it is no valid Unicode."""
    report = yield
    report.sections = [(title, text.encode("utf-8", "replace").decode()) for title, text in report.sections]
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database of pytest-django, with the Java-owned tables in it."""
    from xlcfi.platform.schema import platform_schema_install

    name, test_name = str(connection.settings_dict["NAME"]), connection.settings_dict["TEST"]["NAME"]
    if name != test_name and (test_name or not name.startswith("test_")):
        # No test here asked for a database, so pytest-django made none: this is the one of DATABASE_URL.
        return
    with django_db_blocker.unblock():
        platform_schema_install(connection=connection)


@pytest.fixture(autouse=True)
def _platform_rows_do_not_outlive_their_test(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Empty the Java-owned tables after a test that commits: Django flushes managed tables only.

    And forget which of them were there: a test may have dropped one.
    """
    from xlcfi.platform.selectors import sources_forget

    yield
    sources_forget()
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and (marker.kwargs.get("transaction") or (marker.args and marker.args[0]))) or (
        {"transactional_db", "django_db_reset_sequences", "live_server"} & set(request.fixturenames)
    )
    if commits:
        from xlcfi.platform.schema import PLATFORM_TABLES

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "select string_agg(quote_ident(t), ', ') from unnest(%s) t where to_regclass(t) is not null",
                [list(PLATFORM_TABLES)],
            )
            cursor.execute(f"truncate {cursor.fetchone()[0]} cascade")


@pytest.fixture
def market(db: None) -> Market:
    """Writes rows into the Java-owned tables: `market.paid_order(total=12_900, created_at=seoul("2025-03-01"))`."""
    return Market()


@pytest.fixture
def clock() -> Iterator[FixedClock]:
    """The clock in use: 2025-11-20 10:15 in Seoul, until the test moves it."""
    fixed = FixedClock(seoul("2025-11-20 10:15"))
    with use_clock(fixed):
        yield fixed


@pytest.fixture
def own_redis(settings) -> Iterator[PrivateRedis]:
    """A Redis of this test's own: empty, and to be frozen, stopped and started."""
    with private_redis() as server:
        settings.REDIS_URL = server.url
        yield server
        redis_client().connection_pool.disconnect()


@pytest.fixture(autouse=True)
def _nothing_seen_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test is answered from what this process saw in Redis, or in the tables, during the one before."""
    from analytics.selectors.completeness import completeness_forget
    from recommendations.remembered import every
    from recommendations.services import kept, related, similar

    for watched in (kept._lists, related._related, similar._similar):
        watched.clear()
        monkeypatch.setattr(watched, "_look_every", 0.0)
    for remembered in every:
        remembered.forget()
        monkeypatch.setattr(remembered, "_seconds", -1.0)
    copies_forget()
    serving_forget()
    completeness_forget()
