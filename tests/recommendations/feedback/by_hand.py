"""The same figures by loops over what happened, written without a look at the services."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

from tests.analytics.plain_sql import lines, rows, shares
from xlcfi.clock import SEOUL

FIGURES = ["exposures", "shown", "impressions", "clicks", "carts", "reported", "conversions", "foreign_conversions"]
FIGURES += ["refunded", "revenue", "refunded_revenue"]
EVENTS = {"impression": "impressions", "click": "clicks", "add_to_cart": "carts", "purchase": "reported"}


def exposures():
    names = ["request", "moment", "surface", "algorithm", "version", "experiment", "variant", "user", "visitor"]
    found = rows(
        """SELECT request_id, moment, surface, algorithm, model_version, experiment_id, variant, user_id, visitor,
        product_ids FROM recommendation_exposures"""
    )
    return [dict(zip([*names, "products"], row, strict=True)) for row in found]


def orders():
    """(id, buyer, moment, currency, total, paid back) of every paid order."""
    found = rows(
        """SELECT o.id, o.buyer_id, o.created_at, o.currency, o.total, o.status,
        (SELECT array_agg(p.status) FROM payments p WHERE p.order_id = o.id) FROM orders o ORDER BY 1"""
    )
    return [
        (order, buyer, at.replace(tzinfo=SEOUL), currency, total, _is_back(status, payments))
        for order, buyer, at, currency, total, status, payments in found
        if payments
    ]


def _is_back(status, payments):
    return status in ("REFUNDED", "CANCELLED") or ("COMPLETED" not in payments and "REFUNDED" in payments)


def conversions():
    """(order, product) -> (request, revenue, currency, paid back)."""
    shown, lines_of, found = exposures(), lines(), {}
    for order, buyer, at, currency, total, back in orders():
        parts = shares(total, currency, {product: worth for product, (_, worth) in lines_of[order].items()})
        for product in lines_of[order]:
            before = [
                (each["moment"], each["request"])
                for each in shown
                if each["user"] == buyer
                and product in each["products"]
                and each["moment"] <= at
                and (at.date() - each["moment"].astimezone(SEOUL).date()) <= timedelta(days=7)
            ]
            if before:
                found[order, product] = (max(before)[1], Decimal(str(float(parts[product]))), currency, back)
    return found


def person_days():
    """(day, user, visitor, surface, algorithm, version, experiment, variant) -> its figures."""
    bought = defaultdict(list)
    for request, revenue, currency, back in conversions().values():
        bought[request].append((revenue, currency, back))
    told = defaultdict(list)
    for request, product, event in rows("SELECT request_id, product_id, event FROM recommendation_feedback"):
        told[request].append((product, event))
    found = defaultdict(Counter)
    for each in exposures():
        day = each["moment"].astimezone(SEOUL).date()
        key = (day, each["user"], each["visitor"], each["surface"], each["algorithm"], each["version"])
        figures = found[(*key, each["experiment"], each["variant"])]
        figures["exposures"] += 1
        figures["shown"] += len(each["products"])
        for product, event in told[each["request"]]:
            if product in each["products"]:
                figures[EVENTS[event]] += 1
        for revenue, currency, back in bought[each["request"]]:
            figures["conversions"] += 1
            figures["refunded"] += back
            if currency == "KRW":
                figures["revenue"] += revenue
                figures["refunded_revenue"] += revenue if back else 0
            else:
                figures["foreign_conversions"] += 1
    return {key: tuple(figures[name] for name in FIGURES) for key, figures in found.items()}


def days():
    """Without user and visitor: the sums, people, members, who clicked, who bought, squares of their revenue."""
    found = {}
    for (day, user, _visitor, *cell), figures in person_days().items():
        old = found.get((day, *cell), (0,) * 16)
        named = dict(zip(FIGURES, figures, strict=True))
        more = (*figures, 1, user != 0, named["clicks"] > 0, named["conversions"] > 0, named["revenue"] ** 2)
        found[(day, *cell)] = tuple(a + b for a, b in zip(old, more, strict=True))
    return found


def experiment_people(ends):
    """(experiment, user, visitor) -> (variant, answers, clicks, conversions, orders, revenue, paid back)."""
    clicks = Counter(
        (request, product)
        for request, product in rows("SELECT request_id, product_id FROM recommendation_feedback WHERE event = 'click'")
    )
    bought = Counter(request for request, *_ in conversions().values())
    seen = defaultdict(list)
    for each in exposures():
        if each["experiment"]:
            seen[each["experiment"], each["user"], each["visitor"]].append(each)
    found = {}
    for (experiment, user, visitor), shown in seen.items():
        first = min(shown, key=lambda each: (each["moment"], each["request"]))
        later = [each for each in orders() if each[1] == user and first["moment"] <= each[2] < ends[experiment]]
        won = [each for each in later if each[3] == "KRW"]
        found[experiment, user, visitor] = (
            first["variant"],
            len(shown),
            sum(clicks[each["request"], product] for each in shown for product in each["products"]),
            sum(bought[each["request"]] for each in shown),
            len(later),
            sum(each[4] for each in won),
            sum(each[4] for each in won if each[5]),
        )
    return found
