"""How the business runs: payments, parcels, coupons, balances, blockchain records."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS, PAID, PLACED

_OPERATIONS = "GET analytics/operations"


def _on(column: str) -> str:
    return f"{column} >= CAST(:from AS date) AND {column} < CAST(:to AS date) + 1"


OPERATIONS = Subject(
    "operations",
    Text("Operations", "운영"),
    (
        Entry(
            key="order_success_rate",
            name=Text("Order success rate", "주문 성공률"),
            meaning=Text(
                "Which part of all orders placed in the period are paid orders, refunded later or not.",
                "기간에 들어온 모든 주문 가운데 결제 완료 주문의 비율입니다. 나중에 환불되어도 성공입니다.",
            ),
            formula="paid orders / all orders placed",
            sources=("orders", "payments"),
            sql=f"""SELECT COUNT(*) AS created, COUNT(*) FILTER (WHERE paid) AS paid,
       ROUND(COUNT(*) FILTER (WHERE paid)::numeric / NULLIF(COUNT(*), 0), 4) AS success_rate
FROM (
    SELECT {PAID} AS paid
    FROM orders o
    WHERE {PLACED}
) AS placed""",
            places=(f"{_OPERATIONS} orders.success_rate",),
        ),
        Entry(
            key="payment_success_rate",
            name=Text("Payment success rate by method", "결제 수단별 성공률"),
            meaning=Text(
                "Which part of the payments tried with a method brought money, refunded later or not. One that is "
                "still pending has neither succeeded nor failed.",
                "결제 수단별로 시도된 결제 가운데 돈이 들어온 비율입니다. 나중에 환불되어도 성공이며, 대기 중인 결제는 "
                "성공도 실패도 아닙니다.",
            ),
            formula="payments with money / payments that are not PENDING, by payments.method",
            sources=("payments",),
            sql=f"""SELECT method, currency, COUNT(*) AS attempts, COUNT(*) FILTER (WHERE good) AS succeeded,
       ROUND(COUNT(*) FILTER (WHERE good)::numeric / NULLIF(COUNT(*) FILTER (WHERE status <> 'PENDING'), 0), 4)
           AS success_rate
FROM (
    SELECT method, currency, status, created_at, status = 'COMPLETED'
        OR (status IN ('REFUNDED', 'CANCELLED') AND paid_at IS NOT NULL) AS good
    FROM payments
) AS tried
WHERE {_on("created_at")}
GROUP BY method, currency ORDER BY method, currency""",
            places=(f"{_OPERATIONS} payments.by_method",),
        ),
        Entry(
            key="payment_failures",
            name=Text("Failed payments", "결제 실패"),
            meaning=Text(
                "Failed attempts to pay that events told of, on the day of the attempt.",
                "이벤트로 알려진 결제 실패 시도로, 시도한 날에 잡힙니다.",
            ),
            formula="count of behaviours payment_failed",
            sources=("behavior_days", "interest_deltas"),
            sql=f"""SELECT day, SUM(count) AS failures
FROM (
    SELECT day, event_type, count FROM behavior_days
    UNION ALL
    SELECT day, event_type, count FROM interest_deltas
) AS days
WHERE event_type = 'payment_failed' AND {DAYS}
GROUP BY day HAVING SUM(count) <> 0 ORDER BY day""",
            places=("anomalies of payment failures",),
        ),
        Entry(
            key="cancellation_reasons",
            name=Text("Cancellation reasons", "취소 사유"),
            meaning=Text(
                "Why orders were called off, as the events told it. An order called off without a reason has none.",
                "이벤트가 알려 준 주문 취소 사유입니다. 사유가 없으면 빈칸입니다.",
            ),
            formula="count of behaviours cancel by reason",
            sources=("behavior_reasons", "interest_deltas"),
            sql=f"""SELECT reason, SUM(count) AS cancellations
FROM (
    SELECT day, event_type, reason, count FROM behavior_reasons
    UNION ALL
    SELECT day, event_type, reason, count FROM interest_deltas WHERE reason IS NOT NULL
) AS days
WHERE event_type = 'cancel' AND {DAYS}
GROUP BY reason HAVING SUM(count) <> 0 ORDER BY cancellations DESC, reason""",
            places=(f"{_OPERATIONS} cancellations.reasons",),
        ),
        Entry(
            key="lead_time",
            name=Text("Delivery lead time", "배송 소요 시간"),
            meaning=Text(
                "Hours from the request of a parcel to the buyer, of the parcels that came in the period: median and "
                "90th percentile, told as the middle of an hour.",
                "기간에 도착한 택배의 요청부터 도착까지 걸린 시간(시간)의 중앙값과 90백분위수로, 한 시간 구간의 가운데 "
                "값입니다.",
            ),
            formula="percentiles of delivered_at - requested_at, to half an hour",
            sources=("deliveries",),
            sql=f"""SELECT COUNT(*) AS delivered,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY hours) - 0.5 AS median_hours,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY hours) - 0.5 AS p90_hours
FROM (
    SELECT GREATEST(CEIL(EXTRACT(EPOCH FROM delivered_at - requested_at) / 3600), 1) AS hours
    FROM deliveries
    WHERE {_on("delivered_at")}
) AS parcels""",
            places=(f"{_OPERATIONS} deliveries.median_hours", "GET analytics/operations/deliveries"),
        ),
        Entry(
            key="late_share",
            name=Text("Late share", "지연 비율"),
            meaning=Text(
                "Which part of the parcels that came in the period took longer than promised: 3 days, or what the "
                "setting DELIVERY_PROMISE_DAYS says.",
                "기간에 도착한 택배 가운데 약속(3일, 설정 DELIVERY_PROMISE_DAYS)보다 오래 걸린 비율입니다.",
            ),
            formula="parcels beyond the promise / parcels that came",
            sources=("deliveries",),
            sql=f"""SELECT COUNT(*) AS delivered, COUNT(*) FILTER (WHERE late) AS late,
       ROUND(COUNT(*) FILTER (WHERE late)::numeric / NULLIF(COUNT(*), 0), 4) AS late_share
FROM (
    SELECT delivered_at - requested_at > interval '3 days' AS late
    FROM deliveries
    WHERE {_on("delivered_at")}
) AS parcels""",
            places=(f"{_OPERATIONS} deliveries.late_share",),
        ),
        Entry(
            key="coupon_redemption",
            name=Text("Coupon issue and redemption", "쿠폰 발급과 사용"),
            meaning=Text(
                "Coupons issued in the period, and which part of them was used until now, by coupon.",
                "기간에 발급된 쿠폰 수와 그중 지금까지 사용된 비율을 쿠폰별로 보여 줍니다.",
            ),
            formula="used / issued of the user coupons issued in the period",
            sources=("user_coupons",),
            sql=f"""SELECT coupon_id, COUNT(*) AS issued, COUNT(*) FILTER (WHERE status = 'USED') AS used,
       ROUND(COUNT(*) FILTER (WHERE status = 'USED')::numeric / NULLIF(COUNT(*), 0), 4) AS redemption_rate
FROM user_coupons
WHERE {_on("issued_at")}
GROUP BY coupon_id ORDER BY coupon_id""",
            places=(f"{_OPERATIONS} coupons.by_coupon", "GET analytics/operations/coupons"),
        ),
        Entry(
            key="coupon_revenue",
            name=Text("Revenue with coupons", "쿠폰 매출"),
            meaning=Text(
                "Paid orders placed in the period with a used coupon, their gross sales and what was taken off. An "
                "order with several coupons counts once.",
                "기간에 들어온 결제 주문 가운데 쿠폰을 쓴 주문의 수와 총매출, 할인 금액입니다. 쿠폰이 여럿이어도 "
                "주문은 한 "
                "번만 셉니다.",
            ),
            formula="gross of paid orders that have a USED user coupon",
            sources=("user_coupons", "orders", "order_items", "payments"),
            sql=f"""SELECT o.currency, COUNT(*) AS orders, SUM(o.total) AS gross,
       SUM((SELECT COALESCE(SUM(i.quantity * i.unit_price), o.total) FROM order_items i WHERE i.order_id = o.id)
           - o.total) AS discount
FROM orders o
WHERE {PLACED}
  AND {PAID}
  AND EXISTS (SELECT 1 FROM user_coupons c WHERE c.order_id = o.id AND c.status = 'USED')
GROUP BY o.currency ORDER BY o.currency""",
            places=(f"{_OPERATIONS} coupons.revenue",),
        ),
        Entry(
            key="balances",
            name=Text("Balances charged and used", "예치금 충전과 사용"),
            meaning=Text(
                "Movements of members' balances by type: charged, used, refunded, in won.",
                "회원 예치금의 유형별(충전, 사용, 환불) 건수와 금액(원)입니다.",
            ),
            formula="count and sum of balance_histories.amount by type",
            sources=("balance_histories",),
            sql=f"""SELECT type, COUNT(*) AS movements, SUM(amount) AS amount
FROM balance_histories
WHERE {_on("created_at")}
GROUP BY type ORDER BY type""",
            places=(f"{_OPERATIONS} balances.by_type", "GET analytics/operations/balances"),
        ),
        Entry(
            key="blockchain",
            name=Text("Blockchain records by status", "블록체인 기록 상태"),
            meaning=Text(
                "Records written in the period, by the status they have now.",
                "기간에 만들어진 블록체인 기록을 현재 상태별로 센 값입니다.",
            ),
            formula="count of blockchain_records by status",
            sources=("blockchain_records",),
            sql=f"""SELECT status, COUNT(*) AS records
FROM blockchain_records
WHERE {_on("created_at")}
GROUP BY status ORDER BY status""",
            places=(f"{_OPERATIONS} blockchain.by_status", "GET analytics/operations/blockchain"),
        ),
    ),
)
