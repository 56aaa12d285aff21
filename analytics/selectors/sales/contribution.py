"""Which members made the change of net revenue, and whether by price or by volume.

Net revenue = units x net price, where a member's net price is its net revenue per unit sold. For a member that sold in
both periods

    volume effect = (units now - units before) x net price before, rounded to two decimals
    price effect  = the rest: (net price now - net price before) x units now

A member that sold now only is new, one that sold before only is lost: its whole change. One that sold in neither but
had money go back (or whose units nobody told) is `unsold`. So the parts of a member add up to its change, and the
changes of all members to the change of the whole, to the last unit of money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.sales.sources import Reading, SalesFilter, source_of
from analytics.selectors.sales.statement import CATEGORY_TREE, GROUPINGS
from analytics.selectors.sales.sums import change_rate
from xlcfi.clock import Period

PARTS = ("volume_effect", "price_effect", "new", "lost", "unsold")

# Money times whole units is exact; the quotient is taken to 20 decimals, far beyond where the rounding looks.
_SPLIT = """
    SELECT member, net_now, net_before, units_now, units_before, net_now - net_before AS change,
           CASE WHEN units_now > 0 AND units_before > 0 THEN 'kept' WHEN units_now > 0 THEN 'new'
                WHEN units_before > 0 THEN 'lost' ELSE 'unsold' END AS kind,
           CASE WHEN units_now > 0 AND units_before > 0
                THEN round(((units_now - units_before) * net_before)::numeric(60, 20) / units_before, 2)
                ELSE 0 END AS volume
    FROM both_periods
    WHERE net_now <> 0 OR net_before <> 0 OR units_now <> 0 OR units_before <> 0
"""
_BOTH = """
    SELECT member, COALESCE(SUM(net) FILTER (WHERE span = 0), 0) AS net_now,
           COALESCE(SUM(net) FILTER (WHERE span = 1), 0) AS net_before,
           COALESCE(SUM(units) FILTER (WHERE span = 0), 0) AS units_now,
           COALESCE(SUM(units) FILTER (WHERE span = 1), 0) AS units_before
    FROM sold GROUP BY member
"""
_WHOLE = """
    SELECT COUNT(*) AS members, COALESCE(SUM(net_now), 0) AS net_now, COALESCE(SUM(net_before), 0) AS net_before,
           COALESCE(SUM(volume), 0) AS volume,
           COALESCE(SUM(change - volume) FILTER (WHERE kind = 'kept'), 0) AS price,
           COALESCE(SUM(change) FILTER (WHERE kind = 'new'), 0) AS new,
           COALESCE(SUM(change) FILTER (WHERE kind = 'lost'), 0) AS lost,
           COALESCE(SUM(change) FILTER (WHERE kind = 'unsold'), 0) AS unsold
    FROM split
"""


@dataclass(frozen=True, slots=True)
class Contribution:
    """whole: the change and its parts. members: how many took part. items: (place, member), one more than asked for."""

    whole: dict[str, Any]
    members: int
    items: list[tuple[tuple[Decimal, int | str], dict[str, Any]]]


def contribution(
    *,
    period: Period,
    compared: Period,
    by: str,
    currency: str,
    where: SalesFilter,
    limit: int,
    after: tuple[Decimal, int | str] | None = None,
) -> Contribution:
    """The change of net revenue from `compared` to `period` by member, the largest changes (either way) first.

    by: seller, category, top_category, product, country. Ties by id. Raises NotKept where no rollup holds this.
    """
    reading = Reading()
    text = _text(reading, [period, compared], by, currency, where, limit, after)
    with connection.cursor() as cursor:
        cursor.execute(text, reading.values)
        whole, *members = cursor.fetchall()
    told = [_member(by, row, base=whole[5]) for row in members]
    return Contribution(whole=_whole(whole), members=int(whole[3]), items=told)


def _text(
    reading: Reading,
    spans: list[Period],
    by: str,
    currency: str,
    where: SalesFilter,
    limit: int,
    after: tuple[Decimal, int | str] | None,
) -> str:
    grouping = GROUPINGS[by]
    source = source_of(where, group_by="category" if by == "top_category" else by)
    rows = reading.rows(source, where, spans, currency=currency, select=f"{grouping.column} AS told", monthly=True)
    beyond = ""
    if after is not None:
        size, member = reading.put(after[0]), reading.put(after[1])
        beyond = f"WHERE abs(change) < {size} OR (abs(change) = {size} AND member > {member})"
    rows = f"SELECT span, told, gross - refunds AS net, units FROM ({rows}) AS d"
    if grouping.join:  # summed up first: fewer rows to join
        rows = f"SELECT span, told, SUM(net) AS net, SUM(units) AS units FROM ({rows}) AS n GROUP BY span, told"
    name = f"(SELECT name FROM {grouping.names} WHERE id = p.member)" if grouping.names else "NULL"
    return f"""
WITH RECURSIVE one AS (SELECT 1){CATEGORY_TREE if by == "top_category" else ""}, sold AS (
    SELECT span, {grouping.member} AS member, net, units FROM ({rows}) AS r {grouping.join}
), both_periods AS ({_BOTH}), split AS MATERIALIZED ({_SPLIT}), whole AS ({_WHOLE}), page AS (
    SELECT *, ROW_NUMBER() OVER (ORDER BY abs(change) DESC, member) AS place FROM split {beyond}
    ORDER BY place LIMIT {reading.put(limit + 1)}
)
SELECT 0 AS place, NULL::text AS member, NULL AS name, members, net_now, net_before, 0::numeric, 0::numeric,
       net_now - net_before AS change, NULL AS kind, volume, price, new, lost, unsold FROM whole
UNION ALL
SELECT p.place, p.member::text, {name}, NULL, net_now, net_before, units_now, units_before, change, kind, volume,
       NULL, NULL, NULL, NULL FROM page p
ORDER BY place"""


def _whole(row: Sequence[Any]) -> dict[str, Any]:
    _, _, _, _, now, before, _, _, change, _, volume, price, new, lost, unsold = row
    return {
        "net_revenue": now,
        "net_revenue_before": before,
        "change": change,
        "change_rate": change_rate(now, before),
        "volume_effect": volume,
        "price_effect": price,
        "new": new,
        "lost": lost,
        "unsold": unsold,
    }


def _member(by: str, row: Sequence[Any], *, base: Decimal) -> tuple[tuple[Decimal, int | str], dict[str, Any]]:
    _, member, name, _, now, before, units, units_before, change, kind, volume, *_ = row
    id_: int | str = member if by == "country" else int(member)
    parts = dict.fromkeys(PARTS, Decimal(0))
    if kind == "kept":
        parts["volume_effect"], parts["price_effect"] = volume, change - volume
    else:
        parts[kind] = change
    told = {
        "id": id_ or None,
        "name": name,
        "kind": kind,
        "net_revenue": now,
        "net_revenue_before": before,
        "units": int(units),
        "units_before": int(units_before),
        "change": change,
        "contribution": round(float(change / base), 4) if base > 0 else None,
        **parts,
    }
    return (abs(change), id_), told
