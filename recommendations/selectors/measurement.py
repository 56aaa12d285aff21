"""What recommendations did in a run of days, from the kept sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from recommendations.intervals import Estimate, Sample, mean_interval, ratio_interval, wilson
from recommendations.models.exposures import WITHIN_DAYS
from recommendations.models.measurement import FIGURES
from recommendations.selectors.exposures_kept import PEOPLE_SINCE_DAY
from xlcfi import clock

Row = dict[str, Any]
DAYS_MOST = 400

_CELL = "surface, algorithm, model_version, experiment_id, variant"
_SUMS = ", ".join(f"SUM({name}) AS {name}" for name in FIGURES)
_WHERE = """
day >= %(first)s AND day <= %(last)s AND (%(surface)s = '' OR surface = %(surface)s)
AND (%(experiment)s = 0 OR experiment_id = %(experiment)s)
"""
# Over several days somebody can come more than once: they are one person.
_PEOPLE = f"""
SELECT {_CELL}, {_SUMS}, COUNT(*) AS people, COUNT(*) FILTER (WHERE user_id <> 0) AS members,
       COUNT(*) FILTER (WHERE clicks > 0) AS people_clicked,
       COUNT(*) FILTER (WHERE conversions > 0) AS people_converted,
       SUM(revenue * revenue) AS revenue_squares, SUM(clicks * clicks) AS click_squares,
       SUM(shown * shown) AS shown_squares, SUM(clicks * shown) AS products
FROM (
    SELECT {_CELL}, user_id, visitor, {_SUMS} FROM recommendation_person_days
    WHERE {_WHERE} AND day >= {PEOPLE_SINCE_DAY} GROUP BY {_CELL}, user_id, visitor
) AS person
GROUP BY {_CELL} ORDER BY {_CELL}
"""
_DAYS = f"""
SELECT day, {_CELL}, {", ".join(FIGURES)}, people, members, people_clicked, people_converted, revenue_squares
FROM recommendation_days WHERE {_WHERE} ORDER BY day, {_CELL}
"""
_SINCE = f"SELECT {PEOPLE_SINCE_DAY}"


@dataclass(frozen=True)
class Measured:
    """What an algorithm or variant did to people. figures: the counts. None: nobody, or nobody who is signed in.

    click_rate: of all people who were given an answer, who clicked on one of its products. conversion_rate,
    revenue_per_person: of the signed-in ones, who bought a product that they were answered, and for how much.
    click_share: of the products answered, how many were clicked.
    """

    figures: Mapping[str, Any]
    click_rate: Estimate | None
    conversion_rate: Estimate | None
    revenue_per_person: Estimate | None
    click_share: Estimate | None


@dataclass(frozen=True)
class Measurement:
    """rows: over all the days, by surface, algorithm, model, experiment and variant; days: the same for each day.

    complete_until: the last day of which every purchase that could follow has been made.
    people_from: days before it lack in `rows`, who they were is no longer kept; None: all are there.
    """

    rows: list[Measured]
    days: list[Measured]
    complete_until: date
    people_from: date | None
    as_of: datetime


def measurement(*, first: date, last: date, surface: str = "", experiment: int = 0) -> Measurement:
    """From `first` to `last` (Seoul days, both included), of a surface or an experiment where one is named."""
    asked = {"first": first, "last": last, "surface": surface, "experiment": experiment}
    people, days = _rows(_PEOPLE, asked), _rows(_DAYS, asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN isfinite(since) THEN since END FROM ({_SINCE}) AS s(since)")
        since = cursor.fetchone()[0]
    return Measurement(
        rows=[_measured(row) for row in people],
        days=[_measured(row) for row in days],
        complete_until=clock.today() - timedelta(days=WITHIN_DAYS + 1),
        people_from=since if since is not None and since > first else None,
        as_of=clock.now(),
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _measured(row: Row) -> Measured:
    members, people = int(row["members"]), int(row["people"])
    share = None
    if "products" in row:
        clicks = Sample(people, float(row["clicks"]), float(row["click_squares"]))
        shown = Sample(people, float(row["shown"]), float(row["shown_squares"]))
        share = ratio_interval(clicks, shown, products=float(row["products"]))
    return Measured(
        figures=row,
        click_rate=wilson(int(row["people_clicked"]), people),
        conversion_rate=wilson(int(row["people_converted"]), members),
        revenue_per_person=mean_interval(Sample(members, float(row["revenue"]), float(row["revenue_squares"]))),
        click_share=share,
    )
