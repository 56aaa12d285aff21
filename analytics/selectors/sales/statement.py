"""The one statement behind an answer about sales: series, totals and the page of groups see the same moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.sales.sources import KNOWN_CURRENCIES, Reading, SalesFilter, source_of
from analytics.selectors.sales.sums import COLUMNS, COUNTS, Sums
from xlcfi.clock import Period

STEPS_BY_MONTH = ("month", "quarter", "year")
SORTS = ("net_revenue", "gross", "refunds", "orders", "units", "change")

Step = tuple[date | None, int | None]

# Counts are whole numbers: as such they are read several times quicker.
_SUMS = ", ".join(f"SUM({column}){'::bigint' if column in COUNTS else ''} AS {column}" for column in COLUMNS)
_NAMED = ", ".join(COLUMNS)
_NET = "COALESCE(SUM(gross - refunds) FILTER (WHERE span = {span}), 0)"
_ORDER_BY = {
    **{name: f"COALESCE(SUM({name}) FILTER (WHERE span = 0), 0)" for name in ("gross", "refunds", "orders", "units")},
    "net_revenue": _NET.format(span=0),
    "change": f"{_NET.format(span=0)} - {_NET.format(span=1)}",
}
# Every category below the top one it belongs to. A parent that is gone leaves its children at the top.
CATEGORY_TREE = """, tree(id, top) AS (
    SELECT id, id FROM categories c
    WHERE parent_id IS NULL OR NOT EXISTS (SELECT 1 FROM categories p WHERE p.id = c.parent_id)
    UNION ALL SELECT c.id, t.top FROM categories c JOIN tree t ON c.parent_id = t.id
)"""
_CATEGORY = "LEFT JOIN product_categories pc ON pc.product_id = r.told"


@dataclass(frozen=True, slots=True)
class Grouping:
    """How rows become groups: the column that is read, the group's id, what must be joined, where the name is.

    What is not in our copy of the catalogue (a product that nobody told or that is gone) is in category 0: unknown.
    """

    column: str
    member: str = "r.told"
    join: str = ""
    names: str = ""


GROUPINGS = {
    "seller": Grouping("seller_id", names="users"),
    "product": Grouping("product_id", names="products"),
    "country": Grouping("country"),
    "category": Grouping("product_id", "COALESCE(pc.category_id, 0)", _CATEGORY, "categories"),
    "top_category": Grouping(
        "product_id",
        "COALESCE(tree.top, pc.category_id, 0)",
        f"{_CATEGORY} LEFT JOIN tree ON tree.id = pc.category_id",
        "categories",
    ),
}


@dataclass(slots=True)
class Group:
    """One group of the page: its sums by span, its place in the order, and its series where that was asked for."""

    member: str
    name: str | None
    rank: Decimal
    spans: dict[int, Sums] = field(default_factory=lambda: defaultdict(Sums))
    steps: dict[tuple[date, int], Sums] = field(default_factory=dict)


@dataclass(slots=True)
class SalesRows:
    """What was read. series: (span, currency) -> (first day of the step, hour) -> sums. whole: net of all groups.

    A currency that was not asked for has one step, (None, None).
    """

    series: dict[tuple[int, str], dict[tuple[date | None, int | None], Sums]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    groups: dict[str, Group] = field(default_factory=dict)
    members: int = 0
    whole: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class GroupsAsked:
    """Which page of which groups. by: a key of GROUPINGS; after: rank and id of the last one that was given."""

    by: str
    sort: str = "net_revenue"
    descending: bool = True
    limit: int = 20
    after: tuple[Decimal, int | str] | None = None
    stepped: bool = False


def sales_read(
    *, spans: Sequence[Period], granularity: str, where: SalesFilter, currency: str, groups: GroupsAsked | None
) -> SalesRows:
    """Sums of each of `spans` (the first is the one asked about) by step in `currency`, as a whole in each other one;
    those of the groups, in `currency`.

    One row more than `groups.limit` is read. Raises NotKept where no rollup holds what is asked for.
    """
    reading = Reading()
    mine = f"WHEN told = {reading.put(currency)}"
    periods = list(spans)
    step = _step(reading, periods, granularity)
    monthly = granularity in STEPS_BY_MONTH
    source = source_of(where, hourly=granularity == "hour")
    rows = reading.rows(source, where, periods, currency=None, select="currency AS told", monthly=monthly)
    text = f""" SELECT 0, span, CASE {mine} THEN {step} END, CASE {mine} THEN hour END, told,
        NULL::text, NULL::numeric, NULL::bigint, NULL::numeric, NULL::bigint, NULL::text,
        {_SUMS} FROM ({rows}) AS r GROUP BY 2, 3, 4, 5"""
    if groups is not None:
        text = _with_groups(reading, text, periods, step, monthly, where, currency, groups)
    text = f"WITH RECURSIVE {KNOWN_CURRENCIES}{text}"
    with connection.cursor() as cursor:
        cursor.execute(text, reading.values)
        return _gathered(cursor.fetchall())


def _step(reading: Reading, spans: list[Period], granularity: str) -> str:
    if granularity in ("hour", "day"):
        return "day"
    firsts = " ".join(f"WHEN {number} THEN {reading.put(span.first)}" for number, span in enumerate(spans))
    # By way of a timestamp without zone: a day has none.
    return f"GREATEST(date_trunc('{granularity}', day::timestamp)::date, (CASE span {firsts} END)::date)"


def _with_groups(
    reading: Reading,
    series: str,
    spans: list[Period],
    step: str,
    monthly: bool,
    where: SalesFilter,
    currency: str,
    groups: GroupsAsked,
) -> str:
    grouping = GROUPINGS[groups.by]
    source = source_of(where, group_by="category" if groups.by == "top_category" else groups.by)
    select = f"{grouping.column} AS told"
    rows = reading.rows(source, where, spans, currency=currency, select=select, monthly=True)
    rank = _ORDER_BY[groups.sort]
    after, direction = "", "DESC" if groups.descending else "ASC"
    if groups.after is not None:
        value, member = reading.put(groups.after[0]), reading.put(groups.after[1])
        sign = "<" if groups.descending else ">"
        after = f"WHERE rank {sign} {value} OR (rank = {value} AND member > {member})"
    name = f"(SELECT name FROM {grouping.names} WHERE id = p.member)" if grouping.names else "NULL"
    if grouping.join:  # summed up first: fewer rows to join
        rows = f"SELECT span, told, {_SUMS} FROM ({rows}) AS d GROUP BY span, told"
    text = f"""{CATEGORY_TREE if groups.by == "top_category" else ""}, sold AS MATERIALIZED (
        SELECT span, {grouping.member} AS member, {_SUMS} FROM ({rows}) AS r {grouping.join} GROUP BY 1, 2
    ), ranked AS (
        SELECT member, {rank} AS rank, COUNT(*) OVER () AS members, SUM({_NET.format(span=0)}) OVER () AS whole
        FROM sold GROUP BY member HAVING bool_or({" OR ".join(f"{column} <> 0" for column in COLUMNS)})
    ), page AS MATERIALIZED (
        SELECT *, ROW_NUMBER() OVER (ORDER BY rank {direction}, member) AS place FROM ranked {after}
        ORDER BY place LIMIT {reading.put(groups.limit + 1)}
    )
    {series}
    UNION ALL
    SELECT 1, s.span, NULL, 0, NULL, p.member::text, p.rank, p.members, p.whole, p.place, {name}, {_NAMED}
    FROM page p JOIN sold s ON s.member = p.member"""
    if groups.stepped:
        rows = reading.rows(source, where, spans[:1], currency=currency, select=select, monthly=monthly)
        text += f"""
    UNION ALL
    SELECT 2, 0, step, 0, NULL, member::text, NULL, NULL, NULL, NULL, NULL, {_SUMS}
    FROM (SELECT {step} AS step, {grouping.member} AS member, {_NAMED} FROM ({rows}) AS r {grouping.join}) AS g
    WHERE member IN (SELECT member FROM page) GROUP BY step, member"""
    return text


def _gathered(rows: Sequence[tuple[Any, ...]]) -> SalesRows:
    found = SalesRows()
    places: dict[str, int] = {}
    for part, span, step, hour, currency, member, rank, members, whole, place, name, *sums in rows:
        if part == 0:
            found.series[span, currency][step, hour] = Sums.of(sums)
        elif part == 1:
            group = found.groups.setdefault(member, Group(member, name, rank))
            group.spans[span] = Sums.of(sums)
            found.members, found.whole, places[member] = members, whole, place
    for part, _, step, hour, _, member, *_, gross, discounts, refunds, cancelled, orders, units in rows:
        if part == 2:
            of_step = Sums.of((gross, discounts, refunds, cancelled, orders, units))
            found.groups[member].steps[step, hour] = of_step
    found.groups = dict(sorted(found.groups.items(), key=lambda item: places[item[0]]))
    return found
