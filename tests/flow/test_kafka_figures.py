"""From the broker to the figures: nothing lost, nothing doubled, whoever is stopped, killed or cut off meanwhile."""

import pytest
from django.conf import settings

from tests.api.real_server import Line
from tests.flow.figures import applied, folded, told
from tests.flow.freshness import answered_soon
from tests.flow.processes import consuming, database_url, manage, wait_for, web
from tests.flow.spellings import file_line
from tests.flow.stories import every_spelling, many_payments

pytestmark = pytest.mark.django_db(transaction=True)

# Small batches: there is a middle to be killed in.
SMALL = {"CONSUMER_BATCH_SIZE": "25"}


@pytest.fixture
def line():
    """The consumers' way to PostgreSQL."""
    database = settings.DATABASES["default"]
    found = Line((database["HOST"] or "127.0.0.1", int(database["PORT"] or 5432)))
    yield found
    found.cut()


def settled(kafka):
    """Everything is read, applied and folded in."""
    wait_for(kafka.caught_up, every=0.2)
    wait_for(folded)


def in_the_middle(count):
    """Waits until some is applied; true if some is not."""
    wait_for(lambda: applied() > count // 4, every=0.01)
    return applied() < 2 * count


def test_every_spelling_makes_its_figures_once_through_the_broker_too(market, kafka, tmp_path):
    story = every_spelling(market)
    with consuming(kafka) as first:
        kafka.send(story.events)
        settled(kafka)
        assert told() == story.figures, first.output
        # The producer was not sure: all of it comes again, on other offsets.
        kafka.send(reversed(story.events))
        settled(kafka)
        assert told() == story.figures
        assert first.end() == 0, first.output
    kafka.send(story.events[:10])
    path = tmp_path / "events.jsonl"
    path.write_text("".join(f"{file_line(event)}\n" for event in story.events))
    with consuming(kafka) as second:
        assert manage("replay", path).returncode == 0
        settled(kafka)
        assert second.end() == 0, second.output
    assert told() == story.figures


def test_consumers_that_are_killed_in_the_middle_lose_nothing_and_double_nothing(market, kafka):
    count = 1_500
    story = many_payments(market, count=count)
    kafka.send(story.events)
    with consuming(kafka, **SMALL) as first:
        assert in_the_middle(count)
        first.kill()
    assert applied() < 2 * count
    with consuming(kafka, **SMALL) as second:
        settled(kafka)
        assert told() == story.figures
        assert second.end() == 0, second.output
    assert applied() == 2 * count


def test_consumers_that_are_told_to_end_in_the_middle_go_on_where_they_stopped(market, kafka):
    count = 1_500
    story = many_payments(market, count=count)
    kafka.send(story.events)
    with consuming(kafka, **SMALL) as first:
        assert in_the_middle(count)
        assert first.end() == 0, first.output
    assert applied() < 2 * count
    with consuming(kafka, **SMALL) as second:
        settled(kafka)
        assert second.end() == 0, second.output
    assert told() == story.figures
    assert applied() == 2 * count


def test_consumers_cut_off_from_the_database_in_the_middle_go_on_by_themselves(market, kafka, line):
    count = 1_500
    story = many_payments(market, count=count)
    kafka.send(story.events)
    with consuming(kafka, DATABASE_URL=database_url(line.port), **SMALL) as consumers:
        assert in_the_middle(count)
        line.cut()
        before = applied()
        assert before < 2 * count
        # What comes while it is away is not lost either.
        kafka.send(story.events[-50:])
        assert consumers.process.poll() is None
        line.mend()
        settled(kafka)
        assert told() == story.figures
        assert consumers.end() == 0, consumers.output
    assert applied() == 2 * count


def test_an_event_is_in_uncached_answers_without_anyone_doing_anything(market, kafka):
    with consuming(kafka) as consumers, web() as site:
        wait_for(kafka.has_members)
        for _ in range(3):
            answered_soon(market, kafka, site)
        assert consumers.end() == 0, consumers.output
