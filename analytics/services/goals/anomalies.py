"""Finding anomalies: every finished day and hour is judged, and the last ones again, since late news restates them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from analytics.anomalies.rule import LEVEL_DAYS, PROFILE_WEEKS, SeriesPattern, Verdict
from analytics.models import Anomaly, Series
from analytics.selectors.goals.series import HOURLY, SENSITIVITIES, SeriesDays, watched_series
from xlcfi import clock
from xlcfi.clock import day_start
from xlcfi.errors import NotFound
from xlcfi.folding import fold_alone

LOCK = 7_204_110_008
SETTLE = timedelta(minutes=5)
"""For how long after its end an hour or a day may still be told of before it is judged."""
AGAIN_DAYS = 14
AGAIN_HOURLY_DAYS = 3
"""How many finished days are judged again each time."""
FIRST_DAYS = 90
FIRST_HOURLY_DAYS = 30
"""How far back the first look goes, and one after a long pause at most."""
PATTERN_DAYS = 7 * PROFILE_WEEKS + LEVEL_DAYS + 1
CENT = Decimal("0.01")

_CHECKED = "SELECT MIN(checked_until), COUNT(*) FROM anomaly_checks"
_KEEP = """
INSERT INTO anomalies AS a (series, seller_id, at, day, hour, value, expected, low, high, score, direction, found_at)
SELECT * FROM UNNEST(%(series)s::varchar[], %(seller_id)s::bigint[], %(at)s::timestamptz[], %(day)s::date[],
    %(hour)s::smallint[], %(value)s::numeric[], %(expected)s::numeric[], %(low)s::numeric[], %(high)s::numeric[],
    %(score)s::float8[], %(direction)s::varchar[], %(found_at)s::timestamptz[])
ON CONFLICT (series, seller_id, at) DO UPDATE SET value = excluded.value, expected = excluded.expected,
    low = excluded.low, high = excluded.high, score = excluded.score, direction = excluded.direction,
    withdrawn_at = NULL
WHERE (a.value, a.expected, a.low, a.high, a.direction, a.withdrawn_at)
    IS DISTINCT FROM (excluded.value, excluded.expected, excluded.low, excluded.high, excluded.direction, NULL)
"""
_WITHDRAW = """
UPDATE anomalies a SET withdrawn_at = %(now)s
FROM UNNEST(%(series)s::varchar[], %(seller_id)s::bigint[], %(at)s::timestamptz[]) AS fine(series, seller_id, at)
WHERE a.withdrawn_at IS NULL AND a.at >= %(since)s
  AND (a.series, a.seller_id, a.at) = (fine.series, fine.seller_id, fine.at)
"""
_NOTE = """
INSERT INTO anomaly_checks AS c (series, checked_until, checked_at)
SELECT series, %(until)s, %(now)s FROM UNNEST(%(series)s::varchar[]) AS series
ON CONFLICT (series) DO UPDATE SET checked_until = GREATEST(c.checked_until, excluded.checked_until),
    checked_at = excluded.checked_at
"""
_ACKNOWLEDGE = """
UPDATE anomalies SET acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN %(who)s ELSE acknowledged_by END,
    acknowledged_at = COALESCE(acknowledged_at, %(now)s), note = COALESCE(NULLIF(%(note)s, ''), note)
WHERE id = %(id)s
"""
_FIELDS = ("series", "seller_id", "at", "day", "hour", "value", "expected", "low", "high", "score", "direction")


@dataclass(frozen=True, slots=True)
class Judged:
    """A finished day or hour of a series, and what the rule says of it."""

    series: Series
    seller_id: int
    at: datetime
    day: date
    hour: int | None
    verdict: Verdict


def anomalies_find(*, force: bool = False) -> int:
    """Judge what has ended since the last look, and the last days again. Returns how many anomalies are new or differ.

    Does nothing until another hour has ended (unless `force`), nor where another process is at it.
    """
    return fold_alone(lock=LOCK, fold=lambda cursor: _find(cursor, force=force))


def anomaly_acknowledge(*, anomaly_id: int, who: str, note: str = "") -> None:
    """Note that `who` has seen it. The first to say so stays; a later note is kept. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGE, {"who": who, "now": clock.now(), "note": note, "id": anomaly_id})
        if not cursor.rowcount:
            raise NotFound("There is no such anomaly.")


def _find(cursor: CursorWrapper, *, force: bool) -> int:
    now = clock.now()
    until = (now - SETTLE).replace(minute=0, second=0, microsecond=0)
    cursor.execute(_CHECKED)
    checked, series = cursor.fetchone()
    known = checked is not None and series == len(Series)
    if known and checked >= until and not force:
        return 0
    since = {
        False: _since(until, checked if known else None, again=AGAIN_DAYS, longest=FIRST_DAYS),
        True: _since(until, checked if known else None, again=AGAIN_HOURLY_DAYS, longest=FIRST_HOURLY_DAYS),
    }
    judged = [each for found in _series(since, until) for each in _of_series(found, since=since, until=until)]
    odd = [each for each in judged if each.verdict.odd]
    changed = _keep(cursor, odd, now)
    fine = _columns(each for each in judged if not each.verdict.odd)
    cursor.execute(_WITHDRAW, {**fine, "now": now, "since": day_start(min(since.values()))})
    changed += int(cursor.rowcount)
    cursor.execute(_NOTE, {"series": [str(each) for each in Series], "until": until, "now": now})
    return changed


def _since(until: datetime, checked: datetime | None, *, again: int, longest: int) -> date:
    """The first day to judge: the last `again` days, and whatever no look has reached yet, `longest` days at most."""
    today = until.date()
    reached = date.min if checked is None else clock.business_day(checked)
    return max(today - timedelta(days=longest), min(today - timedelta(days=again), reached))


def _series(since: dict[bool, date], until: datetime) -> Iterator[SeriesDays]:
    return watched_series(first=min(since.values()) - timedelta(days=PATTERN_DAYS), last=until.date())


def _of_series(found: SeriesDays, *, since: dict[bool, date], until: datetime) -> Iterator[Judged]:
    pattern = SeriesPattern(found.days, sensitivity=SENSITIVITIES[found.series])
    hourly = found.series in HOURLY
    for number in range(max(0, (since[hourly] - found.first).days), len(found.days)):
        day = found.first + timedelta(days=number)
        for slot in range(len(found.days[number])):
            at = day_start(day) + timedelta(hours=slot)
            if at + timedelta(hours=1 if hourly else 24) > until:
                return
            verdict = pattern.verdict(number, slot)
            if verdict is not None:
                yield Judged(found.series, found.seller_id, at, day, slot if hourly else None, verdict)


def _keep(cursor: CursorWrapper, odd: list[Judged], now: datetime) -> int:
    cursor.execute(_KEEP, {**_columns(odd), "found_at": [now] * len(odd)})
    return int(cursor.rowcount)


def _columns(judged: Iterable[Judged]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in _FIELDS}
    for each in judged:
        verdict = each.verdict
        row = (
            str(each.series),
            each.seller_id,
            each.at,
            each.day,
            each.hour,
            *(
                Decimal(figure).quantize(CENT)
                for figure in (verdict.value, verdict.expected, verdict.low, verdict.high)
            ),
            verdict.score,
            Anomaly.HIGH if verdict.score > 0 else Anomaly.LOW,
        )
        for name, value in zip(_FIELDS, row, strict=True):
            columns[name].append(value)
    return columns
