"""Queue, outbox and periodic jobs in the admin, and its two languages."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xlcfi.events import Message, outbox_add
from xlcfi.events.models import FollowUp, Outbox, PeriodicRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db):
    outbox_add(
        messages=[
            Message(event_id="evt-1", topic="review.analyzed", key=b"7", value='{"말": "맛있다"}'.encode()),
            Message(event_id="evt-2", topic="a.DLT", key=b"8", value=b"\xff", headers=(("p", b"\x00\x00\x00\x02"),)),
        ]
    )
    Outbox.objects.filter(event_id="evt-2").update(sent_at="2025-11-20 10:00:00+09:00")
    FollowUp.objects.create(job="app.work", args={"user_ids": [1]}, dedupe_key="x", attempts=2, last_error="Away: now")
    PeriodicRun.objects.create(name="app.often", last_error="ProgrammingError: no table")


def test_queue_outbox_and_periodic_jobs_can_be_looked_at_and_not_touched(admin_client, rows):
    for name, words, query in (
        ("followup", ["app.work", "Away: now"], {"tried": "failed", "job": "app.work"}),
        ("outbox", ["evt-1"], {"sent": "no", "topic": "review.analyzed"}),
        ("outbox", ["evt-2"], {"sent": "yes", "q": "evt-2"}),
        ("periodicrun", ["app.often", "no table"], {}),
        ("prunerun", [], {}),
    ):
        shown = admin_client.get(f"/admin/events/{name}/", query).content.decode()
        assert all(word in shown for word in words), name
        assert admin_client.get(f"/admin/events/{name}/add/").status_code == 403
    for one, words in (
        (FollowUp.objects.get(), "user_ids"),
        (Outbox.objects.earliest("id"), "맛있다"),
        (Outbox.objects.latest("id"), "2 (0x00000002)"),
        (PeriodicRun.objects.get(), "no table"),
    ):
        place = f"/admin/events/{one._meta.model_name}/{str(one.pk).replace('.', '.')}/change/"
        shown = admin_client.get(place).content.decode()
        assert words in shown
        assert admin_client.post(place, {"attempts": 0}).status_code == 403


def test_no_page_counts_a_large_table_to_its_end(admin_client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_outbox (event_id, topic, value) "
            "SELECT n::text, 't', 'x' FROM generate_series(1, 12000) n"
        )
        cursor.execute("ANALYZE events_outbox")
    with CaptureQueriesContext(connection) as queries:
        assert admin_client.get("/admin/events/outbox/").status_code == 200
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"] and "events_outbox" in query["sql"]]


# --- Two languages


EVENTS = Path(__file__).resolve().parents[2] / "xlcfi" / "events"
PO = EVENTS / "locale" / "ko" / "LC_MESSAGES" / "django.po"


def said():
    """Every text that the package's code and pages mark as to be translated."""
    for path in sorted(EVENTS.glob("*.py")):
        # Texts in several pieces are one, as Python joins them.
        source = re.sub(r'"\s*\n\s*"', "", path.read_text())
        yield from re.findall(r'\b(?:_|gettext|gettext_lazy)\(\s*"([^"]+)"\s*\)', source)
    for path in sorted(EVENTS.glob("templates/**/*.html")):
        text = path.read_text()
        yield from re.findall(r'{% translate "([^"]+)" %}', text)
        for block in re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", text, re.S):
            yield re.sub(r"{{ (\w+) }}", r"%(\1)s", block.split("{% plural %}")[0])


def test_every_text_has_its_korean():
    source = PO.read_text()
    known = set(re.findall(r'^msgid "(.+)"$', source, re.M))
    by_django = {"Home", "All"}
    assert {json.dumps(text, ensure_ascii=False)[1:-1] for text in said()} - known - by_django == set()
    assert 'msgstr ""\n\n' not in source.split("\n\n", 1)[1]


def test_the_compiled_korean_is_that_of_the_source():
    from gettext import GNUTranslations

    with PO.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', PO.read_text(), re.M)
    assert len(pairs) > 80
    assert {one: compiled.gettext(one) for one, _ in pairs} == dict(pairs)
