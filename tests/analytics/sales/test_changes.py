"""What made sales change, and in which order groups come, worked out by hand."""

import pytest

from tests.analytics.sales.test_by_hand import sales, some
from tests.analytics.telling import rebuild, refund, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(settings, clock):
    settings.REBUILD_SETTLE_SECONDS = 0


def test_price_and_volume_by_hand(ask, market):
    """Kept: 10 units at 1,000 became 12 at 900: volume +2 x 1,000, price 12 x -100. One new, one lost, one returned."""
    kept, new, lost, back = (market.product(name=name) for name in ("kept", "new", "lost", "back"))

    def sold(product, units, price, day):
        return market.paid_order(items=[(product, units, price)], created_at=seoul(f"{day} 10:00"))

    sold(kept, 10, 1_000, "2025-03-01")
    sold(kept, 12, 900, "2025-03-02")
    sold(lost, 1, 700, "2025-03-01")
    sold(new, 2, 300, "2025-03-02")
    order = sold(back, 1, 5_000, "2025-02-01")
    rebuild()
    tell(refund(order_id=order, amount=2_000, at=seoul("2025-03-02 12:00")))
    status, data = ask("contribution", from_="2025-03-02", to="2025-03-02", by="product", limit=3)
    assert status == 200
    names = ("id", "kind", "change", "volume_effect", "price_effect", "new", "lost", "unsold")
    assert [some(item, *names) for item in data["members"]["items"]] == [
        (back, "unsold", -2_000, 0, 0, 0, 0, -2_000),
        (kept, "kept", 800, 2_000, -1_200, 0, 0, 0),
        (lost, "lost", -700, 0, 0, 0, -700, 0),
    ]
    assert data["members"]["count"] == 4
    _, rest = ask(
        "contribution", from_="2025-03-02", to="2025-03-02", by="product", limit=3, cursor=data["members"]["next"]
    )
    assert [some(item, *names) for item in rest["members"]["items"]] == [(new, "new", 600, 0, 0, 600, 0, 0)]
    assert rest["members"]["next"] is None
    assert some(data["total"], "net_revenue_before", "net_revenue", "change", *names[3:]) == (
        10_700, 9_400, -1_300, 2_000, -1_200, 600, -700, -2_000,
    )  # fmt: skip


def test_groups_are_sorted_as_asked_with_ties_by_id(ask, market):
    products = [market.product() for _ in range(5)]
    for product, units, price in zip(products, (1, 3, 2, 1, 1), (900, 300, 100, 500, 500), strict=True):
        market.paid_order(items=[(product, units, price)], created_at=seoul("2025-03-02 10:00"))
    market.paid_order(items=[(products[2], 1, 1_000)], created_at=seoul("2025-03-01 10:00"))
    rebuild()
    a, b, c, d, e = products

    def order(sort):
        found, cursor = [], {}
        while True:
            data = sales(ask, "2025-03-02", group_by="product", sort=sort, limit=2, **cursor)
            found += [item["id"] for item in data["groups"]["items"]]
            if data["groups"]["next"] is None:
                return found
            cursor = {"cursor": data["groups"]["next"]}

    assert order("-net_revenue") == [a, b, d, e, c]
    assert order("net_revenue") == [c, d, e, a, b]
    assert order("-units") == [b, c, a, d, e]
    assert order("-orders") == [a, b, c, d, e]
    assert order("change") == [c, d, e, a, b]
    assert order("-change") == [a, b, d, e, c]
