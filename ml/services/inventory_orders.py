"""A draft of a purchase order from alerts of stock. Nothing is ordered by itself."""

from collections.abc import Iterable
from decimal import Decimal

from ml.models import InventoryAlert
from ml.selectors.planning import plannings
from xlcfi.platform.models import Product

HEADER = ("seller_id", "product_id", "product", "quantity", "unit_cost", "currency", "amount", "needed_by", "assumed")
# A cell that begins so is a formula to a spreadsheet, and names of products are what sellers typed.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def order_lines(*, alerts: Iterable[InventoryAlert]) -> list[tuple[str, ...]]:
    """Rows of a CSV file with its header: what there is to order, by seller, the most money at risk first.

    Amounts are left empty where nobody told a unit cost.
    """
    wanted = sorted(
        (alert for alert in alerts if alert.order_quantity > 0),
        key=lambda alert: (alert.seller_id, -alert.at_risk, alert.product_id),
    )
    names = dict(Product.objects.filter(pk__in=[alert.product_id for alert in wanted]).values_list("pk", "name"))
    known = plannings(product_ids=[alert.product_id for alert in wanted])
    lines: list[tuple[str, ...]] = [HEADER]
    for alert in wanted:
        cost: Decimal | None = known[alert.product_id].unit_cost
        lines.append(
            (
                str(alert.seller_id), str(alert.product_id), _cell(names.get(alert.product_id, "")),
                str(alert.order_quantity), "" if cost is None else str(cost),
                "" if cost is None else known[alert.product_id].currency,
                "" if cost is None else str(cost * alert.order_quantity),
                "" if alert.runs_out_on is None else alert.runs_out_on.isoformat(), " ".join(alert.assumed),
            )
        )  # fmt: skip
    return lines


def _cell(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA) else text
