"""From a view to a delivered order."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS

_FUNNEL = "GET analytics/funnel"


def _step(key: str, name: Text, meaning: Text, column: str) -> Entry:
    return Entry(
        key=key,
        name=name,
        meaning=meaning,
        formula=f"sum of {column} over the days on which the journeys began",
        sources=("funnel_days",),
        sql=f"""SELECT COALESCE(SUM({column}), 0) AS {column}, COALESCE(SUM(viewed), 0) AS viewed,
       ROUND(SUM({column})::numeric / NULLIF(SUM(viewed), 0), 4) AS share_of_viewed
FROM funnel_days
WHERE product_id = 0 AND {DAYS}""",
        places=(f"{_FUNNEL} steps[].count",),
    )


FUNNEL = Subject(
    "funnel",
    Text("Funnel", "구매 퍼널"),
    (
        _step(
            "funnel_viewed",
            Text("Viewed", "조회"),
            Text(
                "Journeys of signed-in buyers with one product that began with a view in the period. Known bots and "
                "internal accounts are left out, anonymous views are told apart.",
                "로그인한 구매자가 기간에 한 상품을 보기 시작한 여정의 수입니다. 봇과 내부 계정은 빼고, 비로그인 "
                "조회는 "
                "따로 보여 줍니다.",
            ),
            "viewed",
        ),
        _step(
            "funnel_ordered",
            Text("Ordered", "주문"),
            Text(
                "Those of them that led to an order of the product within 7 days of the last view.",
                "마지막 조회 후 7일 안에 그 상품을 주문한 여정입니다.",
            ),
            "ordered",
        ),
        _step(
            "funnel_paid",
            Text("Paid", "결제"),
            Text(
                "Those of them whose order was paid within 7 days of being placed.",
                "주문 후 7일 안에 결제된 여정입니다.",
            ),
            "paid",
        ),
        _step(
            "funnel_delivered",
            Text("Delivered", "배송 완료"),
            Text(
                "Those of them whose order arrived within 7 days of being paid.",
                "결제 후 7일 안에 배송 완료된 여정입니다.",
            ),
            "delivered",
        ),
        Entry(
            key="funnel_times",
            name=Text("Time between steps", "단계 사이 시간"),
            meaning=Text(
                "How long journeys took from one step to the next: the median, at most 5 % off (the middle of a class "
                "of a geometric scale). O: view to order, P: order to payment, D: payment to delivery.",
                "한 단계에서 다음 단계까지 걸린 시간의 중앙값으로, 오차는 5 % 이내입니다(기하 구간의 가운데 값). O: "
                "조회→주문, "
                "P: 주문→결제, D: 결제→배송.",
            ),
            formula="2^((k + 0.5) / 8) seconds, k: the class in which the middle journey lies",
            sources=("funnel_times",),
            sql=f"""SELECT step, ROUND(power(2, (MIN(bucket) + 0.5) / 8)::numeric, 1) AS median_seconds
FROM (
    SELECT step, bucket, SUM(SUM(count)) OVER (PARTITION BY step ORDER BY bucket) AS until,
           SUM(SUM(count)) OVER (PARTITION BY step) AS whole
    FROM funnel_times
    WHERE product_id = 0 AND {DAYS}
    GROUP BY step, bucket
) AS classes
WHERE until * 2 >= whole
GROUP BY step ORDER BY step""",
            places=(f"{_FUNNEL} steps[].median_seconds",),
        ),
        Entry(
            key="anonymous_views",
            name=Text("Anonymous views", "비로그인 조회"),
            meaning=Text(
                "Product views by nobody who was signed in: no part of the funnel.",
                "로그인하지 않은 상태의 상품 조회로, 퍼널에는 들어가지 않습니다.",
            ),
            formula="views without a user",
            sources=("behavior_days", "interest_deltas"),
            sql=f"""SELECT COALESCE(SUM(anonymous), 0) AS anonymous_views, COALESCE(SUM(count), 0) AS views
FROM (
    SELECT day, event_type, count, anonymous FROM behavior_days
    UNION ALL
    SELECT day, event_type, count, anonymous FROM interest_deltas
) AS days
WHERE event_type = 'view' AND {DAYS}""",
            places=(f"{_FUNNEL} anonymous_views",),
        ),
        Entry(
            key="behaviours",
            name=Text("Behaviours by type", "행동 유형별 수"),
            meaning=Text(
                "What users did, by type and Seoul day: views, orders, purchases, cancellations, failed payments …",
                "이용자의 행동을 유형과 날짜(서울)별로 센 값입니다. 조회, 주문, 구매, 취소, 결제 실패 등.",
            ),
            formula="count of user_behaviors by type",
            sources=("user_behaviors",),
            sql="""SELECT event_type, COUNT(*) AS behaviours
FROM user_behaviors
WHERE created_at >= CAST(:from AS date)::timestamp AT TIME ZONE 'Asia/Seoul'
  AND created_at < (CAST(:to AS date) + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
GROUP BY event_type ORDER BY event_type""",
            places=("GET analytics/users/{id} timeline",),
        ),
    ),
)
