"""Sales cut and compared: against other periods, by what was sold and by whom, in won."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS, PAID, PLACED

_SALES = "GET analytics/sales"
_DASHBOARD = "GET analytics/dashboard"

COMPARED_SALES = Subject(
    "compared_sales",
    Text("Sales compared", "매출 비교"),
    (
        Entry(
            key="change_rate",
            name=Text("Change against the period before", "직전 기간 대비 변화"),
            meaning=Text(
                "The change against the same number of days just before, as a fraction; nothing where that was 0. "
                "Shown here for net revenue in won.",
                "바로 앞의 같은 일수와 비교한 변화율(비율)입니다. 앞 기간이 0이면 비어 있습니다. 여기서는 원화 "
                "순매출로 "
                "보여 줍니다.",
            ),
            formula="(now - before) / before",
            sources=("sales_days", "rollup_deltas"),
            sql="""SELECT now, before, ROUND((now - before) / NULLIF(before, 0), 4) AS change_rate
FROM (
    SELECT COALESCE(SUM(net) FILTER (WHERE day >= CAST(:from AS date)), 0) AS now,
           COALESCE(SUM(net) FILTER (WHERE day < CAST(:from AS date)), 0) AS before
    FROM (
        SELECT day, gross - refunds AS net FROM sales_days WHERE currency = 'KRW'
        UNION ALL
        SELECT day, gross - refunds FROM rollup_deltas
        WHERE currency = 'KRW' AND product_id IS NULL AND status IS NULL
    ) AS days
    WHERE day BETWEEN CAST(:from AS date) - (CAST(:to AS date) - CAST(:from AS date) + 1) AND CAST(:to AS date)
) AS sums""",
            places=(f"{_DASHBOARD} revenue.change_rate", f"{_SALES} comparison.previous.change_rates"),
        ),
        Entry(
            key="revenue_by_product",
            name=Text("Revenue of a product, category or seller", "상품·카테고리·판매자별 매출"),
            meaning=Text(
                "The total of an order and its refunds shared out over its lines in proportion to their worth, by "
                "largest remainder, so that the parts add up to the order to the last won. A category is that of the "
                "product now and holds those below it.",
                "주문 금액과 환불을 품목 금액에 비례해 나눈 값입니다(최대 잔여법). 나눈 값을 더하면 주문 금액과 "
                "1원까지 "
                "같습니다. 카테고리는 상품의 현재 카테고리이며 하위 카테고리를 포함합니다.",
            ),
            formula="sum of the product's ledger entries: S - R - C",
            sources=("ledger_entries",),
            sql=f"""SELECT product_id, currency,
       SUM(CASE kind WHEN 'S' THEN amount ELSE -amount END) AS net_revenue,
       SUM(units) FILTER (WHERE kind = 'S') AS units
FROM ledger_entries
WHERE kind IN ('S', 'R', 'C') AND {DAYS}
GROUP BY product_id, currency ORDER BY net_revenue DESC, product_id, currency""",
            places=(f"{_SALES}?group_by= groups", f"{_DASHBOARD} top_products, top_categories"),
        ),
        Entry(
            key="sales_by_country",
            name=Text("Sales by country", "국가별 매출"),
            meaning=Text(
                "Net revenue by the country of the buyer's account; empty where it is not known.",
                "구매자 계정의 국가별 순매출입니다. 모르면 빈칸입니다.",
            ),
            formula="net revenue by users.country_code of the buyer",
            sources=("country_sales_days", "rollup_deltas"),
            sql=f"""SELECT country, currency, SUM(gross - refunds) AS net_revenue, SUM(orders) AS orders
FROM (
    SELECT country, currency, day, gross, refunds, orders FROM country_sales_days
    UNION ALL
    SELECT country, currency, day, gross, refunds, orders FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL
) AS days
WHERE {DAYS}
GROUP BY country, currency ORDER BY country, currency""",
            places=(f"{_SALES}?group_by=country groups",),
        ),
        Entry(
            key="sales_by_hour",
            name=Text("Sales by hour", "시간대별 매출"),
            meaning=Text(
                "Paid orders and gross sales by the hour in Seoul in which the order was placed; the hour of a refund "
                "is that of the refund.",
                "주문 시각(서울)의 시간대별 결제 완료 주문과 총매출입니다. 환불은 환불한 시간에 잡힙니다.",
            ),
            formula="paid orders by hour of orders.created_at",
            sources=("orders", "payments"),
            sql=f"""SELECT EXTRACT(HOUR FROM o.created_at)::int AS hour, o.currency, COUNT(*) AS orders,
       SUM(o.total) AS gross
FROM orders o
WHERE {PLACED}
  AND {PAID}
GROUP BY 1, 2 ORDER BY 1, 2""",
            places=(f"{_SALES}?granularity=hour buckets",),
        ),
        Entry(
            key="contribution",
            name=Text("Contribution to a change", "변화 기여도"),
            meaning=Text(
                "Which sellers (or categories, products, countries) made the change of net revenue against the period "
                "before, and whether by volume or by price: more units at the old net price, or another net price for "
                "the units of now. Who sold in one of the two periods only is new or lost with all of its change.",
                "직전 기간 대비 순매출 변화를 판매자(또는 카테고리, 상품, 국가)별로 나누고, 물량 효과(이전 단가로 "
                "늘어난 "
                "수량)와 가격 효과(달라진 단가)로 나눈 값입니다. 한쪽 기간에만 판 곳은 변화 전체가 신규 또는 "
                "이탈입니다.",
            ),
            formula="volume = (units now - before) x net before / units before; price = change - volume",
            sources=("seller_sales_days", "rollup_deltas"),
            sql="""SELECT seller_id, net_now, net_before, net_now - net_before AS change,
       CASE WHEN units_now > 0 AND units_before > 0
            THEN ROUND((units_now - units_before) * net_before / units_before, 2) ELSE 0 END AS volume_effect,
       CASE WHEN units_now > 0 AND units_before > 0
            THEN net_now - net_before - ROUND((units_now - units_before) * net_before / units_before, 2)
            ELSE 0 END AS price_effect
FROM (
    SELECT seller_id,
           COALESCE(SUM(net) FILTER (WHERE day >= CAST(:from AS date)), 0) AS net_now,
           COALESCE(SUM(net) FILTER (WHERE day < CAST(:from AS date)), 0) AS net_before,
           COALESCE(SUM(units) FILTER (WHERE day >= CAST(:from AS date)), 0) AS units_now,
           COALESCE(SUM(units) FILTER (WHERE day < CAST(:from AS date)), 0) AS units_before
    FROM (
        SELECT seller_id, day, gross - refunds AS net, units FROM seller_sales_days WHERE currency = 'KRW'
        UNION ALL
        SELECT seller_id, day, gross - refunds, units FROM rollup_deltas
        WHERE currency = 'KRW' AND product_id IS NULL AND status IS NULL
    ) AS days
    WHERE day BETWEEN CAST(:from AS date) - (CAST(:to AS date) - CAST(:from AS date) + 1) AND CAST(:to AS date)
    GROUP BY seller_id
) AS sums
WHERE net_now <> 0 OR net_before <> 0 OR units_now <> 0 OR units_before <> 0
ORDER BY ABS(net_now - net_before) DESC, seller_id""",
            places=("GET analytics/contribution items",),
        ),
        Entry(
            key="converted_view",
            name=Text("Converted view", "환산 매출"),
            meaning=Text(
                "Net revenue in other currencies as won, at the latest rate that was recorded up to the last day of "
                "the period, always labelled with rate, day and source. A currency without a rate is left out and "
                "named. Nothing else ever adds currencies.",
                "다른 통화의 순매출을 기간 마지막 날까지 기록된 최신 환율로 원화로 바꾼 값으로, 환율과 기준일, "
                "출처를 함께 "
                "표시합니다. 환율이 없는 통화는 빼고 이름을 알립니다. 그 밖에는 통화를 더하지 않습니다.",
            ),
            formula="net revenue x krw_per_unit, two decimals",
            sources=("sales_days", "rollup_deltas", "currency_rates"),
            sql=f"""SELECT s.currency, s.net, CASE s.currency WHEN 'KRW' THEN 1 ELSE r.krw_per_unit END AS rate,
       CASE s.currency WHEN 'KRW' THEN s.net ELSE ROUND(s.net * r.krw_per_unit, 2) END AS net_revenue_krw
FROM (
    SELECT currency, SUM(gross - refunds) AS net
    FROM (
        SELECT currency, day, gross, refunds FROM sales_days
        UNION ALL
        SELECT currency, day, gross, refunds FROM rollup_deltas WHERE product_id IS NULL AND status IS NULL
    ) AS days
    WHERE {DAYS}
    GROUP BY currency
) AS s
LEFT JOIN LATERAL (
    SELECT krw_per_unit FROM currency_rates WHERE currency = s.currency AND day <= CAST(:to AS date)
    ORDER BY day DESC LIMIT 1
) AS r ON true
ORDER BY s.currency""",
            places=(f"{_SALES} converted",),
        ),
    ),
)
