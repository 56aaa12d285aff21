"""Members: who buys, how often, and what they are worth."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS, PAID, PLACED

_FIRST_ORDERS = f"""SELECT o.buyer_id, MIN(o.created_at)::date AS first_day FROM orders o
    WHERE {PAID}
    GROUP BY o.buyer_id"""

PEOPLE = Subject(
    "people",
    Text("Members", "회원"),
    (
        Entry(
            key="active_users",
            name=Text("Active users", "활성 이용자"),
            meaning=Text(
                "Buyers with a paid order or any behaviour (a view, an order, a delivery …) in the period, each once.",
                "기간에 결제 완료 주문이나 행동(조회, 주문, 배송 등)이 하나라도 있는 구매자 수로, 한 사람은 한 번만 "
                "셉니다.",
            ),
            formula="distinct buyers with an active day",
            sources=("active_days", "active_deltas"),
            sql=f"""SELECT COUNT(DISTINCT user_id) AS active_users
FROM (SELECT user_id, day FROM active_days UNION ALL SELECT user_id, day FROM active_deltas) AS days
WHERE {DAYS}""",
            places=("GET analytics/dashboard users.active",),
        ),
        Entry(
            key="new_users",
            name=Text("New users", "신규 가입"),
            meaning=Text(
                "BUYER accounts created in the period, whether they bought or not.",
                "기간에 만들어진 구매자(BUYER) 계정 수로, 구매 여부와 무관합니다.",
            ),
            formula="count of users with role BUYER by created_at",
            sources=("users",),
            sql="""SELECT COUNT(*) AS new_users
FROM users
WHERE role = 'BUYER' AND created_at >= CAST(:from AS date) AND created_at < CAST(:to AS date) + 1""",
            places=("GET analytics/dashboard users.new", "targets with the figure new_buyers"),
        ),
        Entry(
            key="new_and_returning_buyers",
            name=Text("New and returning buyers", "신규·재구매 구매자"),
            meaning=Text(
                "Buyers who paid in the period: new where their first paid order ever lies in it, returning else.",
                "기간에 결제한 구매자입니다. 생애 첫 결제 주문이 그 기간이면 신규, 아니면 재구매입니다.",
            ),
            formula="distinct buyers by whether their first paid day lies in the period",
            sources=("orders", "payments"),
            sql=f"""SELECT COUNT(*) FILTER (WHERE first_day >= CAST(:from AS date)) AS new_buyers,
       COUNT(*) FILTER (WHERE first_day < CAST(:from AS date)) AS returning_buyers
FROM (
    {_FIRST_ORDERS}
) AS buyers
WHERE EXISTS (SELECT 1 FROM orders o WHERE o.buyer_id = buyers.buyer_id
              AND {PLACED}
              AND {PAID})""",
            places=("GET analytics/buyers",),
        ),
        Entry(
            key="cohort",
            name=Text("Cohort", "코호트"),
            meaning=Text(
                "The buyers whose first paid order was placed in the same Seoul month.",
                "첫 결제 주문이 같은 달(서울 기준)인 구매자 무리입니다.",
            ),
            formula="month of the first paid order",
            sources=("orders", "payments"),
            sql=f"""SELECT date_trunc('month', first_day)::date AS cohort, COUNT(*) AS buyers
FROM (
    {_FIRST_ORDERS}
) AS buyers
WHERE first_day BETWEEN date_trunc('month', CAST(:from AS date)) AND CAST(:to AS date)
GROUP BY 1 ORDER BY 1""",
            places=("GET analytics/cohorts items[].buyers",),
        ),
        Entry(
            key="retention",
            name=Text("Retention", "재구매 유지율"),
            meaning=Text(
                "Which part of a cohort had a paid order in a later calendar month; month 0 is that of the first order "
                "and always 1.",
                "코호트 구매자 중 이후의 달에 결제 주문이 있는 비율입니다. 0개월은 첫 주문의 달이며 항상 1입니다.",
            ),
            formula="buyers of the cohort with a paid order in the month / buyers of the cohort",
            sources=("orders", "payments"),
            sql=f"""WITH paid AS (
    SELECT o.buyer_id, date_trunc('month', o.created_at)::date AS month FROM orders o
    WHERE {PAID}
    GROUP BY 1, 2
), cohorts AS (
    SELECT buyer_id, MIN(month) AS cohort FROM paid GROUP BY buyer_id
), sizes AS (
    SELECT cohort, COUNT(*) AS buyers FROM cohorts GROUP BY cohort
)
SELECT cohort, month, COUNT(*) AS active, ROUND(COUNT(*)::numeric / MAX(buyers), 4) AS retention
FROM paid JOIN cohorts USING (buyer_id) JOIN sizes USING (cohort)
WHERE cohort BETWEEN date_trunc('month', CAST(:from AS date)) AND CAST(:to AS date)
GROUP BY cohort, month ORDER BY cohort, month""",
            places=("GET analytics/cohorts?measure=retention",),
        ),
        Entry(
            key="cohort_revenue",
            name=Text("Revenue of a cohort", "코호트 매출"),
            meaning=Text(
                "Net revenue in won that a cohort brought in each month: gross of the orders placed in it less what "
                "went back in it.",
                "코호트가 달마다 가져온 원화 순매출입니다. 그 달 주문의 총매출에서 그 달 환불을 뺍니다.",
            ),
            formula="sum of the months' net revenue of the cohort's buyers",
            sources=("order_facts", "ledger_entries"),
            sql="""WITH cohorts AS (
    SELECT buyer_id, date_trunc('month', MIN(day))::date AS cohort FROM order_facts WHERE paid GROUP BY buyer_id
)
SELECT c.cohort, date_trunc('month', e.day)::date AS month,
       SUM(CASE e.kind WHEN 'S' THEN e.amount ELSE -e.amount END) AS net_revenue
FROM cohorts c
JOIN order_facts f ON f.buyer_id = c.buyer_id AND f.paid AND f.currency = 'KRW'
JOIN ledger_entries e ON e.order_id = f.order_id AND e.kind IN ('S', 'R', 'C')
WHERE c.cohort BETWEEN date_trunc('month', CAST(:from AS date)) AND CAST(:to AS date)
GROUP BY 1, 2 ORDER BY 1, 2""",
            places=("GET analytics/cohorts?measure=revenue",),
        ),
        Entry(
            key="rfm",
            name=Text("RFM segments", "RFM 세그먼트"),
            meaning=Text(
                "Buyers by recency (days since the last paid order: 30, 60, 120, 240), frequency (paid orders: 1, 2, "
                "3, 5, 8) and money (net won: 50, 100, 200, 400 thousand) in the 365 days that end on the last day. "
                "Cut points are fixed: nobody's class moves because of what others buy. Who bought nothing is lost.",
                "마지막 날까지 365일 동안의 최근성(마지막 결제 후 일수 30·60·120·240), 빈도(결제 주문 1·2·3·5·8), "
                "금액(원화 순매출 5·10·20·40만 원)으로 나눈 구매자 등급입니다. 기준은 고정이라 남의 구매로 바뀌지 "
                "않습니다. 구매가 없으면 이탈입니다.",
            ),
            formula="R and F classes 1 to 5 name the segment; M is told beside it",
            sources=("orders", "payments"),
            sql=f"""SELECT recency, frequency, COUNT(*) AS buyers
FROM (
    SELECT buyer_id,
           5 - width_bucket(CAST(:to AS date) - MAX(created_at)::date, ARRAY[31, 61, 121, 241]) AS recency,
           width_bucket(COUNT(*), ARRAY[1, 2, 3, 5, 8]::bigint[]) AS frequency
    FROM orders o
    WHERE o.created_at >= CAST(:to AS date) - 364 AND o.created_at < CAST(:to AS date) + 1
      AND {PAID}
    GROUP BY buyer_id
) AS buyers
GROUP BY recency, frequency ORDER BY recency DESC, frequency DESC""",
            places=("GET analytics/segments grid", "GET analytics/users/{id} rfm"),
        ),
        Entry(
            key="lifetime_value",
            name=Text("Lifetime value", "고객 생애 가치"),
            meaning=Text(
                "What a buyer brought in so far, net and in won. What the next 12 months bring is told beside it: the "
                "average of buyers who are that old already, no forecast of the person.",
                "구매자가 지금까지 가져온 원화 순매출입니다. 앞으로 12개월은 같은 연차 구매자의 평균으로 따로 보여 "
                "주며, "
                "개인 예측이 아닙니다.",
            ),
            formula="sum of the buyer's paid orders - refunds",
            sources=("order_facts", "ledger_entries"),
            sql="""SELECT COUNT(DISTINCT f.buyer_id) AS buyers,
       ROUND(SUM(CASE e.kind WHEN 'S' THEN e.amount ELSE -e.amount END)
             / NULLIF(COUNT(DISTINCT f.buyer_id), 0), 2) AS lifetime_net_per_buyer
FROM order_facts f JOIN ledger_entries e ON e.order_id = f.order_id AND e.kind IN ('S', 'R', 'C')
WHERE f.paid AND f.currency = 'KRW' AND f.buyer_id IN (
    SELECT buyer_id FROM order_facts WHERE paid GROUP BY buyer_id
    HAVING MIN(day) BETWEEN CAST(:from AS date) AND CAST(:to AS date))""",
            places=("GET analytics/users/{id} lifetime", "GET analytics/segments lifetime_net_revenue"),
        ),
        Entry(
            key="user_score",
            name=Text("User score", "회원 점수"),
            meaning=Text(
                "0 to 100, for sorting lists: 30 points for recency, 25 for frequency, 25 for money, 10 for the "
                "breadth of categories, 10 for reviews. A fixed sum of what is known, no forecast. Shown here for the "
                "20 best.",
                "0~100점으로, 목록 정렬용입니다. 최근성 30, 빈도 25, 금액 25, 카테고리 다양성 10, 리뷰 10점을 더한 "
                "값이며 "
                "예측이 아닙니다. 여기서는 상위 20명입니다.",
            ),
            formula="6R + 5F + 5M + 2 min(categories, 5) + 2 min(reviews, 5)",
            sources=("buyer_standings", "category_preferences", "reviews"),
            sql="""SELECT s.user_id,
       6 * s.recency + 5 * s.frequency + 5 * s.money
       + 2 * LEAST(5, (SELECT COUNT(*) FROM category_preferences c WHERE c.user_id = s.user_id))
       + 2 * LEAST(5, (SELECT COUNT(*) FROM reviews r WHERE r.user_id = s.user_id)) AS score
FROM buyer_standings s
WHERE s.last_day BETWEEN CAST(:from AS date) AND CAST(:to AS date)
ORDER BY score DESC, s.user_id LIMIT 20""",
            places=("GET analytics/users/{id} score", "GET analytics/segments/{segment}/buyers"),
        ),
        Entry(
            key="churn_risk",
            name=Text("Churn risk", "이탈 위험"),
            meaning=Text(
                "The probability that a buyer has no paid order in the next 90 days, as the churn model last told it; "
                "empty until it does. Here: how many buyers have one, and their mean.",
                "앞으로 90일 동안 결제 주문이 없을 확률로, 이탈 모델이 마지막으로 계산한 값입니다. 계산 전에는 비어 "
                "있습니다. 여기서는 값이 있는 구매자 수와 평균입니다.",
            ),
            formula="P(no paid order within 90 days)",
            sources=("user_profiles",),
            sql="""SELECT COUNT(*) AS buyers, ROUND(AVG(churn_risk)::numeric, 4) AS mean_risk
FROM user_profiles
WHERE churn_updated_at >= CAST(:from AS date) AND churn_updated_at < CAST(:to AS date) + 1""",
            places=("GET analytics/users/{id} churn_risk",),
        ),
        Entry(
            key="preferred_categories",
            name=Text("Preferred categories", "선호 카테고리"),
            meaning=Text(
                "What buyers buy most of: paid orders times the products of the category they hold. Here: over the "
                "buyers who last bought in the period.",
                "구매자가 가장 많이 사는 카테고리로, 결제 주문에 담긴 그 카테고리 상품 수를 셉니다. 여기서는 기간에 "
                "마지막으로 산 구매자 전체입니다.",
            ),
            formula="sum of purchase_count by category",
            sources=("category_preferences", "buyer_standings", "categories"),
            sql=f"""SELECT p.category_id, c.name, SUM(p.purchase_count) AS purchases
FROM category_preferences p
JOIN buyer_standings s ON s.user_id = p.user_id
LEFT JOIN categories c ON c.id = p.category_id
WHERE s.last_{DAYS}
GROUP BY p.category_id, c.name ORDER BY purchases DESC, p.category_id LIMIT 20""",
            places=("GET analytics/users/{id} preferred_categories",),
        ),
        Entry(
            key="delivered_purchases",
            name=Text("Delivered purchases", "배송 완료 구매"),
            meaning=Text(
                "Orders that reached DELIVERED, and their totals in won: what `user_profiles` counts for Java. Here: "
                "of orders placed in the period.",
                "배송 완료(DELIVERED)된 주문 수와 원화 금액으로, Java가 읽는 user_profiles의 값입니다. 여기서는 기간에 "
                "들어온 주문입니다.",
            ),
            formula="count and sum of orders with status DELIVERED",
            sources=("orders",),
            sql=f"""SELECT COUNT(*) AS total_purchases,
       COALESCE(SUM(o.total) FILTER (WHERE o.currency = 'KRW'), 0) AS total_spent
FROM orders o
WHERE o.status = 'DELIVERED' AND {PLACED}""",
            places=("GET analytics/users/{id} delivered", "user_profiles"),
        ),
    ),
)
