"""Products: what sells, what is looked at, and what is left of it."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS, PAID, PLACED

_SOLD = f"""SELECT product_id, SUM(gross) AS gross, SUM(gross - refunds) AS net, SUM(orders) AS orders,
           SUM(units) AS units
    FROM (
        SELECT product_id, currency, day, gross, refunds, orders, units FROM product_sales_days
        UNION ALL
        SELECT product_id, currency, day, gross, refunds, orders, units FROM rollup_deltas
        WHERE product_id IS NOT NULL
    ) AS days
    WHERE currency = 'KRW' AND product_id <> 0 AND {DAYS}
    GROUP BY product_id"""

PRODUCTS = Subject(
    "products",
    Text("Products", "상품"),
    (
        Entry(
            key="popular",
            name=Text("Popular products", "인기 상품"),
            meaning=Text(
                "What sold most units in any currency, of what is not hidden; the API takes the last 3 days and tells "
                "5. Ties by net revenue in won, then by id.",
                "판매 수량이 가장 많은 상품(모든 통화, 숨김 제외)입니다. API는 최근 3일, 5개를 보여 줍니다. 같으면 "
                "원화 "
                "순매출, 번호 순입니다.",
            ),
            formula="units of paid orders, largest first",
            sources=("orders", "order_items", "payments", "products"),
            sql=f"""SELECT i.product_id, SUM(i.quantity) AS units
FROM orders o
JOIN order_items i ON i.order_id = o.id
JOIN products t ON t.id = i.product_id AND t.status <> 'HIDDEN'
WHERE {PLACED}
  AND {PAID}
GROUP BY i.product_id ORDER BY units DESC, i.product_id LIMIT 20""",
            places=("GET analytics/products/popular", "GET products/popular"),
        ),
        Entry(
            key="trending",
            name=Text("Trending products", "급상승 상품"),
            meaning=Text(
                "Products whose share of all orders grew against the window before beyond chance: a test of two "
                "Poisson counts, over-dispersion taken off, at most 5 % false finds among what is told. Products with "
                "fewer than 10 orders in both windows are not tested. Here: the counts that are tested.",
                "직전 기간보다 주문 비중이 우연 이상으로 늘어난 상품입니다. 두 포아송 수의 검정, 과산포 보정, 잘못 "
                "찾을 비율 "
                "5 % 이하입니다. 두 기간 합쳐 주문 10건 미만은 검정하지 않습니다. 여기서는 검정하는 수를 보여 줍니다.",
            ),
            formula="binomial test of orders now given orders now + before, Benjamini-Hochberg at 5 %",
            sources=("product_sales_days", "rollup_deltas"),
            sql="""SELECT product_id, COALESCE(SUM(orders) FILTER (WHERE day >= CAST(:from AS date)), 0) AS orders,
       COALESCE(SUM(orders) FILTER (WHERE day < CAST(:from AS date)), 0) AS orders_before
FROM (
    SELECT product_id, day, orders FROM product_sales_days
    UNION ALL
    SELECT product_id, day, orders FROM rollup_deltas WHERE product_id IS NOT NULL
) AS days
WHERE product_id <> 0
  AND day BETWEEN CAST(:from AS date) - (CAST(:to AS date) - CAST(:from AS date) + 1) AND CAST(:to AS date)
GROUP BY product_id HAVING SUM(orders) >= 10
ORDER BY orders DESC, product_id""",
            places=("GET analytics/products/trending",),
        ),
        Entry(
            key="views",
            name=Text("Product views", "상품 조회"),
            meaning=Text(
                "How often a product was looked at, signed in or not.",
                "상품을 본 횟수로, 로그인 여부와 무관합니다.",
            ),
            formula="sum of views by product",
            sources=("product_interest_days", "interest_deltas"),
            sql=f"""SELECT product_id, SUM(views) AS views
FROM (
    SELECT product_id, day, views FROM product_interest_days
    UNION ALL
    SELECT product_id, day, count FROM interest_deltas WHERE product_id IS NOT NULL AND event_type = 'view'
) AS days
WHERE {DAYS}
GROUP BY product_id HAVING SUM(views) <> 0 ORDER BY views DESC, product_id""",
            places=("GET analytics/products/{id} interest.views", "anomalies of views"),
        ),
        Entry(
            key="conversion",
            name=Text("Conversion", "구매 전환율"),
            meaning=Text(
                "Which part of a product's journeys that began in the period led to a paid order.",
                "기간에 시작된 상품 여정 가운데 결제까지 간 비율입니다.",
            ),
            formula="paid / viewed of the product's funnel",
            sources=("funnel_days",),
            sql=f"""SELECT product_id, SUM(viewed) AS viewed, SUM(paid) AS paid,
       ROUND(SUM(paid)::numeric / NULLIF(SUM(viewed), 0), 4) AS conversion
FROM funnel_days
WHERE product_id <> 0 AND {DAYS}
GROUP BY product_id HAVING SUM(viewed) > 0 ORDER BY viewed DESC, product_id""",
            places=("GET analytics/products/{id} interest.funnel.paid_rate",),
        ),
        Entry(
            key="abc",
            name=Text("ABC classes", "ABC 등급"),
            meaning=Text(
                "A: the products, best first, that bring the first 80 % of net revenue in won; B: up to 95 %; C: the "
                "rest. Equal revenues are in one class.",
                "순매출(원화)이 큰 순으로 누적 80 %까지 A, 95 %까지 B, 나머지 C입니다. 매출이 같으면 같은 등급입니다.",
            ),
            formula="cumulative share above the product: < 80 % A, < 95 % B, else C",
            sources=("product_sales_days", "rollup_deltas"),
            sql=f"""WITH sold AS (
    {_SOLD}
), summed AS (
    SELECT product_id, net, SUM(GREATEST(net, 0)) OVER () AS whole,
           SUM(GREATEST(net, 0)) OVER (ORDER BY net DESC RANGE UNBOUNDED PRECEDING)
           - COUNT(*) OVER (PARTITION BY net) * GREATEST(net, 0) AS above
    FROM sold WHERE orders <> 0 OR net <> 0
)
SELECT CASE WHEN net <= 0 THEN 'C' WHEN above < 0.80 * whole THEN 'A' WHEN above < 0.95 * whole THEN 'B'
            ELSE 'C' END AS class, COUNT(*) AS products, SUM(net) AS net_revenue
FROM summed GROUP BY 1 ORDER BY 1""",
            places=("GET analytics/products/abc", "GET analytics/products/{id} standing.class"),
        ),
        Entry(
            key="basket_size",
            name=Text("Basket size", "장바구니 크기"),
            meaning=Text(
                "How many different products and how many units a paid order holds, on average.",
                "결제 완료 주문 하나에 담긴 상품 종류 수와 수량의 평균입니다.",
            ),
            formula="mean of distinct products, and of units, per paid order",
            sources=("orders", "order_items", "payments"),
            sql=f"""SELECT currency, COUNT(*) AS orders, ROUND(AVG(products), 4) AS mean_products,
       ROUND(AVG(units), 4) AS mean_units
FROM (
    SELECT o.id, o.currency, COUNT(DISTINCT i.product_id) AS products, SUM(i.quantity) AS units
    FROM orders o JOIN order_items i ON i.order_id = o.id
    WHERE {PLACED}
      AND {PAID}
    GROUP BY o.id, o.currency
) AS baskets
GROUP BY currency ORDER BY currency""",
            places=("GET analytics/baskets",),
        ),
        Entry(
            key="price_history",
            name=Text("Price history", "가격 이력"),
            meaning=Text(
                "The price of a product as it was seen each day since we look, and before that what most units of it "
                "were ordered for. Days on which nothing changed have no row.",
                "관찰을 시작한 뒤로는 날마다 본 상품 가격이고, 그 전은 그날 가장 많이 주문된 단가입니다. 바뀌지 않은 "
                "날은 "
                "행이 없습니다.",
            ),
            formula="the last row up to the day",
            sources=("product_snapshots", "product_unit_prices"),
            sql=f"""SELECT product_id, day, currency, price, 'seen' AS told_by FROM product_snapshots
WHERE {DAYS}
UNION ALL
SELECT product_id, day, currency, price, 'order lines' FROM product_unit_prices
WHERE {DAYS}
ORDER BY product_id, day""",
            places=("GET analytics/products/{id} prices",),
        ),
        Entry(
            key="review_trend",
            name=Text("Reviews and sentiment", "리뷰와 감성"),
            meaning=Text(
                "How many reviews were written, their mean rating, and what they say by sentiment; those not analysed "
                "yet are unknown.",
                "작성된 리뷰 수와 평균 별점, 감성별 수입니다. 아직 분석되지 않은 리뷰는 미정입니다.",
            ),
            formula="count and mean of reviews.rating; count by reviews.sentiment",
            sources=("reviews",),
            sql="""SELECT COUNT(*) AS reviews, ROUND(AVG(rating), 2) AS mean_rating,
       COUNT(*) FILTER (WHERE sentiment = 'POSITIVE') AS positive,
       COUNT(*) FILTER (WHERE sentiment = 'NEUTRAL') AS neutral,
       COUNT(*) FILTER (WHERE sentiment = 'NEGATIVE') AS negative,
       COUNT(*) FILTER (WHERE sentiment IS NULL) AS unknown
FROM reviews
WHERE created_at >= CAST(:from AS date) AND created_at < CAST(:to AS date) + 1""",
            places=("GET analytics/products/{id} reviews",),
        ),
        Entry(
            key="margin",
            name=Text("Gross margin", "매출 총이익"),
            meaning=Text(
                "Net revenue less what the goods that stayed sold cost, for the products of which somebody told the "
                "cost. A product of whose gross a part went back counts as having that part of its units back. What "
                "the figure covers is told beside it; nothing is guessed.",
                "원가가 입력된 상품의 순매출에서 팔린 상품의 원가를 뺀 값입니다. 총매출의 일부가 환불되면 그만큼의 "
                "수량이 "
                "돌아온 것으로 봅니다. 어디까지 포함하는지 함께 보여 주며, 추정하지 않습니다.",
            ),
            formula="net - units x net / gross x unit_cost",
            sources=("product_sales_days", "rollup_deltas", "product_planning"),
            sql=f"""SELECT COUNT(*) AS covered_products, SUM(s.net) AS covered_net_revenue,
       SUM(s.net - ROUND((CASE WHEN s.gross <> 0 THEN s.units * s.net / s.gross ELSE s.units END) * p.unit_cost, 2))
           AS gross_margin
FROM (
    {_SOLD}
) AS s
JOIN product_planning p ON p.product_id = s.product_id AND p.unit_cost IS NOT NULL AND p.currency = 'KRW'
WHERE s.gross <> 0 OR s.net <> 0 OR s.units <> 0""",
            places=("GET analytics/products/margins", "GET analytics/products/{id} margin"),
        ),
        Entry(
            key="co_purchase",
            name=Text("Bought together", "함께 산 상품"),
            meaning=Text(
                "Which part of the paid orders that hold one product hold another one, too. Over all time; refunded "
                "orders stay counted. Here: the 20 pairs that occur most.",
                "한 상품이 담긴 결제 주문 가운데 다른 상품도 담긴 비율입니다. 전체 기간이며 환불되어도 셉니다. "
                "여기서는 가장 "
                "많은 20쌍입니다.",
            ),
            formula="orders holding both / orders holding this one",
            sources=("co_purchase_pairs", "co_purchase_products"),
            sql="""SELECT a.product_id, a.other_id, a.orders, ROUND(a.orders::numeric / NULLIF(p.orders, 0), 2) AS score
FROM co_purchase_pairs a JOIN co_purchase_products p ON p.product_id = a.product_id
WHERE CAST(:from AS date) <= CAST(:to AS date)
ORDER BY a.orders DESC, a.product_id, a.other_id LIMIT 20""",
            places=("GET recommendations/products/{id}/related",),
        ),
    ),
)
