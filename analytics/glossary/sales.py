"""Sales: what was sold, what went back, and what is left."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS, PAID, PLACED

_SALES = "GET analytics/sales"
_DASHBOARD = "GET analytics/dashboard"

SALES = Subject(
    "sales",
    Text("Sales", "매출"),
    (
        Entry(
            key="paid_order",
            name=Text("Paid order", "결제 완료 주문"),
            meaning=Text(
                "An order with a COMPLETED payment, or with one that was paid before it became REFUNDED or CANCELLED. "
                "It stays a paid order when it is refunded later. An order cancelled before it was paid is no sale.",
                "결제가 COMPLETED이거나, 결제된 뒤 REFUNDED 또는 CANCELLED가 된 주문입니다. 나중에 환불되어도 결제 "
                "완료 "
                "주문으로 남습니다. 결제 전에 취소된 주문은 매출이 아닙니다.",
            ),
            formula="COMPLETED, or (REFUNDED or CANCELLED) with paid_at",
            sources=("orders", "payments"),
            sql=f"""SELECT COUNT(*) AS orders
FROM orders o
WHERE {PLACED}
  AND {PAID}""",
            places=(f"{_DASHBOARD} orders.count", f"{_SALES} totals.orders"),
        ),
        Entry(
            key="gross",
            name=Text("Gross sales", "총매출"),
            meaning=Text(
                "The totals of paid orders, on the Seoul day on which the order was placed; each currency by itself.",
                "결제 완료 주문의 결제 금액 합계로, 주문한 날(서울 기준)에 잡힙니다. 통화는 서로 더하지 않습니다.",
            ),
            formula="sum of orders.total over paid orders",
            sources=("orders", "payments"),
            sql=f"""SELECT o.currency, SUM(o.total) AS gross
FROM orders o
WHERE {PLACED}
  AND {PAID}
GROUP BY o.currency ORDER BY o.currency""",
            places=(f"{_DASHBOARD} revenue.gross", f"{_SALES} totals.gross"),
        ),
        Entry(
            key="discounts",
            name=Text("Discounts", "할인"),
            meaning=Text(
                "What the lines of paid orders are worth beyond what was paid: coupons and the like. Negative: a "
                "surcharge, such as shipping. An order whose lines nobody told has none.",
                "결제 완료 주문의 품목 금액 합계에서 결제 금액을 뺀 값입니다(쿠폰 등). 음수면 배송비 같은 추가 "
                "금액입니다. "
                "품목을 알 수 없는 주문은 0입니다.",
            ),
            formula="sum(quantity x unit_price) - total",
            sources=("orders", "order_items", "payments"),
            sql=f"""SELECT o.currency, SUM(i.worth - o.total) AS discounts
FROM orders o
JOIN (SELECT order_id, SUM(quantity * unit_price) AS worth FROM order_items GROUP BY order_id) i ON i.order_id = o.id
WHERE {PLACED}
  AND {PAID}
GROUP BY o.currency ORDER BY o.currency""",
            places=(f"{_SALES} totals.discounts",),
        ),
        Entry(
            key="returns",
            name=Text("Returns", "반품 환불"),
            meaning=Text(
                "Money that went back after a return, on the Seoul day on which it went back, whatever day the order "
                "was placed. Partial refunds count with their amount, others with what the order cost.",
                "반품으로 돌려준 금액으로, 돌려준 날(서울 기준)에 잡힙니다. 부분 환불은 그 금액만, 금액을 알 수 없으면 "
                "주문 전체 금액입니다.",
            ),
            formula="sum of ledger entries of kind R",
            sources=("ledger_entries",),
            sql=f"""SELECT currency, SUM(amount) AS returns
FROM ledger_entries
WHERE kind = 'R' AND {DAYS}
GROUP BY currency ORDER BY currency""",
            places=(f"{_SALES} totals.returns",),
        ),
        Entry(
            key="cancellations",
            name=Text("Cancellations", "취소 환불"),
            meaning=Text(
                "Money that went back because a paid order was called off, on the day it went back.",
                "결제된 주문이 취소되어 돌려준 금액으로, 돌려준 날에 잡힙니다.",
            ),
            formula="sum of ledger entries of kind C",
            sources=("ledger_entries",),
            sql=f"""SELECT currency, SUM(amount) AS cancellations
FROM ledger_entries
WHERE kind = 'C' AND {DAYS}
GROUP BY currency ORDER BY currency""",
            places=(f"{_SALES} totals.cancellations",),
        ),
        Entry(
            key="refunds",
            name=Text("Refunds", "환불"),
            meaning=Text("Returns and cancellations together.", "반품 환불과 취소 환불을 합한 금액입니다."),
            formula="returns + cancellations",
            sources=("ledger_entries",),
            sql=f"""SELECT currency, SUM(amount) AS refunds
FROM ledger_entries
WHERE kind IN ('R', 'C') AND {DAYS}
GROUP BY currency ORDER BY currency""",
            places=(f"{_DASHBOARD} revenue.refunds", f"{_SALES} totals.refunds"),
        ),
        Entry(
            key="net_revenue",
            name=Text("Net revenue", "순매출"),
            meaning=Text(
                "Gross sales less refunds, each on its own day: a late refund lowers the day on which it was made.",
                "총매출에서 환불을 뺀 값입니다. 각각 발생한 날에 잡히므로, 늦은 환불은 환불한 날의 순매출을 줄입니다.",
            ),
            formula="gross - refunds",
            sources=("orders", "payments", "ledger_entries"),
            sql=f"""SELECT currency, SUM(amount) AS net_revenue
FROM (
    SELECT o.currency, o.total AS amount FROM orders o
    WHERE {PLACED}
      AND {PAID}
    UNION ALL
    SELECT currency, -amount FROM ledger_entries WHERE kind IN ('R', 'C') AND {DAYS}
) AS parts
GROUP BY currency ORDER BY currency""",
            places=(f"{_DASHBOARD} revenue.total", f"{_SALES} totals.net_revenue"),
        ),
        Entry(
            key="units",
            name=Text("Units sold", "판매 수량"),
            meaning=Text(
                "The quantities in the lines of paid orders, on the day of the order. Refunds take none away.",
                "결제 완료 주문의 품목 수량 합계로, 주문한 날에 잡힙니다. 환불되어도 줄지 않습니다.",
            ),
            formula="sum of order_items.quantity over paid orders",
            sources=("orders", "order_items", "payments"),
            sql=f"""SELECT o.currency, SUM(i.quantity) AS units
FROM orders o JOIN order_items i ON i.order_id = o.id
WHERE {PLACED}
  AND {PAID}
GROUP BY o.currency ORDER BY o.currency""",
            places=(f"{_SALES} totals.units",),
        ),
        Entry(
            key="average_order_value",
            name=Text("Average order value", "평균 주문 금액"),
            meaning=Text(
                "Gross sales divided by paid orders, in one currency; nothing without an order.",
                "총매출을 결제 완료 주문 수로 나눈 값입니다(통화별). 주문이 없으면 비어 있습니다.",
            ),
            formula="gross / paid orders, two decimals",
            sources=("orders", "payments"),
            sql=f"""SELECT o.currency, ROUND(SUM(o.total) / COUNT(*), 2) AS average_order_value
FROM orders o
WHERE {PLACED}
  AND {PAID}
GROUP BY o.currency ORDER BY o.currency""",
            places=(f"{_DASHBOARD} revenue.average_order_value", f"{_SALES} totals.average_order_value"),
        ),
        Entry(
            key="orders_by_status",
            name=Text("Orders by status", "상태별 주문"),
            meaning=Text(
                "All orders placed in the period, paid or not, by the status they have now.",
                "기간에 들어온 모든 주문(결제 여부와 무관)을 현재 상태별로 센 값입니다.",
            ),
            formula="count of orders by orders.status",
            sources=("orders",),
            sql=f"""SELECT o.status, COUNT(*) AS orders
FROM orders o
WHERE {PLACED}
GROUP BY o.status ORDER BY o.status""",
            places=(f"{_DASHBOARD} orders.by_status",),
        ),
    ),
)
