"""From a file of events to the figures, by the command that people run."""

import gzip
import json

import pytest

from tests.analytics.plain_sql import rows
from tests.flow.figures import told
from tests.flow.processes import manage
from tests.flow.spellings import file_line
from tests.flow.stories import every_spelling, many_payments

pytestmark = pytest.mark.django_db(transaction=True)


def summary(output):
    """consumer -> (read, applied, duplicate, ignored, dead), as the command tells it."""
    found = {}
    for line in output.splitlines():
        name, *numbers = line.split()
        if len(numbers) == 5 and all(number.replace(",", "").isdigit() for number in numbers):
            found[name] = tuple(int(number.replace(",", "")) for number in numbers)
    return found


def write(path, lines):
    text = "".join(f"{line}\n" for line in lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def test_every_spelling_makes_its_figures_once_however_often_the_file_is_replayed(market, tmp_path):
    story = every_spelling(market)
    count = len(story.events)
    path = write(tmp_path / "events.jsonl", map(file_line, story.events))
    first = manage("replay", path)
    assert first.returncode == 0, first.stdout
    assert told() == story.figures
    second = manage("replay", path)
    assert second.returncode == 0, second.stdout
    assert told() == story.figures
    for group in ("analytics-payment", "recommendation"):
        assert summary(first.stdout)[group] == (count, count, 0, 0, 0), first.stdout
        assert summary(second.stdout)[group] == (count, 0, count, 0, 0), second.stdout
    # Another file with the same events: those without an id have new ones, their orders are the same.
    third = manage("replay", write(tmp_path / "again.jsonl.gz", map(file_line, reversed(story.events))))
    assert third.returncode == 0, third.stdout
    assert told() == story.figures


def test_broken_lines_become_dead_letters_with_their_reasons_and_the_rest_is_applied(market, tmp_path):
    story = many_payments(market, count=6)
    good = [file_line(event) for event in story.events]
    value = json.loads(story.events[0][2])

    def broken(**changed):
        return json.dumps({"topic": "payment.completed", "value": json.dumps(value | {"eventId": "x"} | changed)})

    bad = {
        '{"topic": "payment.completed", "value": "not json"}': "not_json",
        '{"topic": "payment.completed", "val': "not_json",
        broken(orderId=None): "missing",
        broken(userId=0): "impossible",
        broken(timestamp="50000-01-01T00:00:00"): "impossible",
        broken(items=[{"productId": 1, "quantity": -1}]): "impossible",
        broken(amount="many"): "wrong_type",
        '{"topic": "payment.completed", "value": "[1, 2]"}': "not_an_object",
    }
    ignored = ['{"topic": "payment.completed", "value": null}', '{"topic": "weather.changed", "value": {}}', ""]
    lines = [*good[:3], *bad, *ignored, *good[3:]]
    done = manage("replay", write(tmp_path / "events.jsonl.gz", lines))
    assert done.returncode == 0, done.stdout
    assert told() == story.figures
    for group in ("analytics-payment", "recommendation"):
        assert summary(done.stdout)[group] == (len(lines) - 1, 6, 0, 2, len(bad)), done.stdout
        found = rows(
            "SELECT record_offset, reason FROM events_deadletter WHERE consumer_group = %s ORDER BY 1",
            [f"{group}-group"],
        )
        assert found == list(enumerate(bad.values(), start=4))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("consume", "nobody"), ("nobody", "analytics-payment", "recommendation")),
        (("consume", "recommendation", "nobody"), ("nobody", "analytics-payment", "recommendation")),
        (("replay", "/nowhere/events.jsonl"), ("There is no file /nowhere/events.jsonl",)),
    ],
)
def test_what_can_not_be_done_ends_with_one_sentence(args, words):
    done = manage(*args)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert all(word in done.stdout for word in words), done.stdout
