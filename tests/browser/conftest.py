"""A small market with everything in it, the real web process, one browser: made once for all tests here."""

import os
import shutil

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests.browser.looking import Visitor
from tests.console.people import PASSWORD, member_of
from tests.flow.processes import web
from xlcfi.console.rights import GROUPS

# What a migrate fills stays.
KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"}


@pytest.fixture(scope="module")
def stocked(django_db_setup, django_db_blocker, tmp_path_factory):
    """A market of some hundred orders with our tables made from it, dead letters, an alert; committed, then removed."""
    from xlcfi.platform.schema import PLATFORM_TABLES
    from xlcfi.platform.selectors import sources_forget

    with django_db_blocker.unblock():
        sources_forget()
        out = tmp_path_factory.mktemp("market")
        try:
            call_command("demo_market", scale=0.002, no_images=True, out=out, verbosity=0, force=True)
            _views()
            call_command("rebuild", apply=True, verbosity=0)
            _odd_rows()
            for group in GROUPS:
                member_of(group, group)
            connection.close()
            yield
        finally:
            ours = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
            with connection.cursor() as cursor:
                cursor.execute(f"truncate {', '.join(sorted(ours | set(PLATFORM_TABLES)))} restart identity cascade")
            connection.close()


def _views():
    """Views before the latest orders and some of products that nobody bought, so that the funnel has all its steps."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
            SELECT 'view-' || o.id, o.buyer_id, 'view',
                   jsonb_build_object('product_id', i.product_id + CASE WHEN o.id % 3 = 0 THEN 1 ELSE 0 END),
                   (o.created_at - interval '1 hour') AT TIME ZONE 'Asia/Seoul', 'view-' || o.id
            FROM (SELECT * FROM orders ORDER BY created_at DESC LIMIT 60) AS o
            CROSS JOIN LATERAL (SELECT product_id FROM order_items WHERE order_id = o.id ORDER BY id LIMIT 1) AS i"""
        )


def _odd_rows():
    from datetime import timedelta

    from analytics.models import Anomaly, Target, TargetAlert
    from xlcfi import clock
    from xlcfi.events.models import DeadLetter, FollowUp, Outbox, PeriodicRun

    now = clock.now()
    letter = {"group": "analytics-payment-group", "topic": "payment.completed", "partition": 0, "cause": "input"}
    DeadLetter.objects.create(
        **letter, offset=7, record_id="payment.completed-0-7", event_id="evt-7", key=b"order-7", headers=[],
        reason="not_json", message="not JSON: Expecting value", payload='{"말": "맛있다"'.encode() + b"\xff",
    )  # fmt: skip
    FollowUp.objects.create(job="app.work", args={"user_ids": [1]}, dedupe_key="x", attempts=2, last_error="Away: now")
    Outbox.objects.create(event_id="evt-1", topic="review.analyzed", key=b"7", value='{"말": "맛있다"}'.encode())
    PeriodicRun.objects.create(name="app.often", next_at=now - timedelta(minutes=9), last_error="KeyError: 'x'")
    day = clock.today() - timedelta(days=9)
    Anomaly.objects.create(
        series="net_revenue_day", at=clock.day_start(day), day=day, value=1_000, expected=90_000, low=50_000,
        high=130_000, score=-4.2, direction="low",
    )  # fmt: skip
    target = Target.objects.create(
        name="11월 순매출", metric="net_revenue", currency="KRW", period="month", first=now.date().replace(day=1),
        last=now.date() + timedelta(days=20), amount=9_000_000, owner="analyst",
    )  # fmt: skip
    TargetAlert.objects.create(
        target=target,
        at=now,
        before="on_track",
        status="at_risk",
        actual=1_000_000,
        expected=2_000_000,
        forecast=5_000_000,
    )


@pytest.fixture(scope="module")
def site(stocked):
    """The real server on that market."""
    with web(WEB_CONCURRENCY="1", KAFKA_BOOTSTRAP_SERVERS="") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="module")
def browser():
    """The system's chromium."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no chromium: scripts/install-missing.sh installs it"
    # Playwright keeps an event loop in this thread; the tests' own statements are no part of it.
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container does not give.
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield running
        # Django keeps a connection for the loop beside the thread's own.
        connections.close_all()
        running.close()
    monkeypatch.undo()


@pytest.fixture(scope="module")
def visitors(site, browser):
    """Who has come in so far: (group, language) -> the window, which keeps styles, scripts and fonts between tests."""
    known = {}
    yield known
    for one in known.values():
        one.leave()


@pytest.fixture
def visitor(site, browser, visitors):
    """visitor("analyst", language="ko"): somebody of the group who has signed in, by the form the first time.

    fresh: a window of one's own, closed after the test, for what changes a window for good.
    """
    closing = []

    def cookies(group):
        # Signing in is slow on purpose.
        return next((one.window.storage_state() for (name, _), one in visitors.items() if name == group), None)

    def enter(group, language="en", fresh=False):
        if (group, language) in visitors and not fresh:
            return visitors[group, language]
        kept = cookies(group)
        someone = Visitor(browser, site, language, kept)
        if kept is None:
            someone.sign_in(group, PASSWORD)
        if fresh:
            closing.append(someone)
        else:
            visitors[group, language] = someone
        return someone

    yield enter
    for one in closing:
        one.leave()
