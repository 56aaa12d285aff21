"""Alerts of stock: what to order and what will expire, ranked by the money that is at risk."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ml.models import InventoryAlert
from ml.selectors.demand import Shelf
from ml.selectors.inventory import alerts_after, stock_rises
from ml.selectors.planning import Planning, plannings
from xlcfi import clock

if TYPE_CHECKING:
    from ml.demand.model import Forecasts

RUNS_OUT, REORDER, EXPIRES = "RUNS_OUT", "REORDER", "EXPIRES"
KINDS = (RUNS_OUT, REORDER, EXPIRES)
# Where neither the product's planning nor its category's says anything.
LEAD_DAYS: Final = 7
LEVEL: Final = 0.95
LEAST_ORDER: Final = 1
_NORMAL_80 = 2 * 1.2816


def alerts_make(*, shelf: Shelf, forecasts: "Forecasts", today: date) -> int:
    """Work all alerts out anew; returns how many there are. Belongs into the transaction of the forecasts."""
    import numpy as np

    from ml.inventory.policy import REVIEW_DAYS, Supply, expected_shortage, order_of, plan_of, spread_over

    known = plannings(product_ids=shelf.product.tolist())
    told = [_told(known[product]) for product in shelf.product.tolist()]
    supply = Supply(
        *(
            np.array([getattr(each, name) for each in told], dtype=np.float64)
            for name in ("lead", "level", "least", "keeps")
        )
    )
    mean = forecasts.days.mean
    summed = np.cumsum(mean, axis=1)
    covered = np.clip(supply.lead_days.astype(np.int64) + REVIEW_DAYS, 1, mean.shape[1])
    expected = summed[np.arange(len(mean)), covered - 1]
    week, four = (_deviation(forecasts, days) for days in (7, 28))
    deviation = spread_over(covered.astype(np.float64), week, four)
    daily = summed[:, 27] / 28
    plan = plan_of(mean=expected, deviation=deviation, daily=daily, supply=supply)
    stock = np.maximum(shelf.stock, 0).astype(np.float64)
    order = order_of(stock, plan, supply)
    short = expected_shortage(stock, expected, deviation)
    rises = stock_rises(product_ids=shelf.product.tolist())
    moment = clock.now()
    rows = []
    for row, product in enumerate(shelf.product.tolist()):
        lost, first = _expiring(told[row], int(stock[row]), rises.get(product), today, mean[row])
        out = np.flatnonzero(summed[row] >= stock[row])
        runs_out = today + timedelta(days=int(out[0])) if len(out) and summed[row, -1] > 0 else None
        kinds = [
            *([RUNS_OUT] if runs_out is not None and out[0] < covered[row] and expected[row] >= 0.5 else []),
            *([REORDER] if order[row] > 0 else []),
            *([EXPIRES] if lost else []),
        ]
        if not kinds:
            continue
        planning = known[product]
        price = Decimal(str(shelf.price[row]))
        cost = (
            planning.unit_cost if planning.unit_cost is not None and planning.currency == shelf.currency[row] else price
        )
        risk = Decimal(str(round(float(short[row]), 4))) * price + lost * cost
        rows.append(
            InventoryAlert(
                product_id=product, seller_id=int(shelf.seller[row]), stock=int(shelf.stock[row]),
                daily_demand=round(float(daily[row]), 4), lead_time_days=told[row].lead, service_level=told[row].level,
                shelf_life_days=planning.shelf_life_days, minimum_order_quantity=told[row].least,
                reorder_point=int(plan.reorder_point[row]), safety_stock=int(plan.safety_stock[row]),
                order_quantity=int(order[row]), runs_out_on=runs_out, expiring_units=lost, expires_on=first,
                at_risk=risk.quantize(Decimal("0.01")), currency=shelf.currency[row], kinds=kinds,
                assumed=sorted(told[row].assumed), made_at=moment,
            )
        )  # fmt: skip
    InventoryAlert.objects.all().delete()
    InventoryAlert.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


class _Told:
    """A product's supply with our defaults where nobody said anything."""

    def __init__(self, planning: Planning) -> None:
        self.assumed = set(planning.assumed)
        self.lead = self._or(planning.lead_time_days, LEAD_DAYS, "lead_time_days")
        self.least = self._or(planning.minimum_order_quantity, LEAST_ORDER, "minimum_order_quantity")
        self.level = float(self._or(planning.service_level, LEVEL, "service_level"))
        self.shelf = planning.shelf_life_days
        self.keeps = float("inf") if self.shelf is None else float(self.shelf)

    def _or(self, value: Any, otherwise: Any, name: str) -> Any:
        if value is None:
            self.assumed.add(name)
            return otherwise
        return value


def _told(planning: Planning) -> _Told:
    return _Told(planning)


def _deviation(forecasts: "Forecasts", days: int) -> Any:
    """Of the total of `days` days, from the interval that holds eight in ten; of a count never less than by chance."""
    import numpy as np

    low, high = forecasts.totals[days].intervals[80]
    return np.maximum((high - low) / _NORMAL_80, np.sqrt(forecasts.totals[days].mean + 1e-6))


def _expiring(
    told: _Told, stock: int, seen: tuple[date, list[tuple[date, int]]] | None, today: date, mean: Any
) -> tuple[int, date | None]:
    from ml.inventory.expiry import expiring, lots_left

    if told.shelf is None or stock <= 0 or seen is None:
        return 0, None
    lots = lots_left(stock=stock, rises=seen[1], unseen_since=seen[0])
    return expiring(lots=lots, shelf_days=told.shelf, today=today, demand=mean.tolist())


def alert_rows(
    *, key: tuple[Any, ...] | None, limit: int, seller: int | None, kind: str | None
) -> list[dict[str, Any]]:
    """Up to limit + 1 alerts as the API tells them, the most money at risk first."""
    return [
        {
            "product_id": row.product_id, "seller_id": row.seller_id, "kinds": row.kinds, "stock": row.stock,
            "daily_demand": row.daily_demand, "runs_out_on": row.runs_out_on, "reorder_point": row.reorder_point,
            "safety_stock": row.safety_stock, "order_quantity": row.order_quantity,
            "minimum_order_quantity": row.minimum_order_quantity, "lead_time_days": row.lead_time_days,
            "service_level": row.service_level, "shelf_life_days": row.shelf_life_days,
            "expiring_units": row.expiring_units, "expires_on": row.expires_on, "money_at_risk": row.at_risk,
            "currency": row.currency, "assumed": row.assumed, "as_of": row.made_at,
        }
        for row in alerts_after(key=key, limit=limit, seller=seller, kind=kind)
    ]  # fmt: skip
