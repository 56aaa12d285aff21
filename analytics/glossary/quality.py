"""How far the figures can be believed."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS

_EVERYWHERE = "every answer of GET analytics/sales"

QUALITY = Subject(
    "quality",
    Text("Data quality", "데이터 품질"),
    (
        Entry(
            key="as_of",
            name=Text("As of", "기준 시각"),
            meaning=Text(
                "When an answer was computed. An event is in every uncached figure within 2 seconds of its arrival; a "
                "cached answer keeps the moment of its making. Here: when an event last changed an order placed in the "
                "period.",
                "응답이 계산된 시각입니다. 이벤트는 도착 후 2초 안에 모든 수치에 반영됩니다. 캐시된 응답은 만들어진 "
                "시각을 "
                "유지합니다. 여기서는 기간의 주문에 마지막으로 이벤트가 반영된 시각입니다.",
            ),
            formula="the clock, in Seoul, ISO 8601",
            sources=("order_facts",),
            sql=f"""SELECT MAX(told_at) AS last_told FROM order_facts WHERE {DAYS}""",
            places=(f"{_EVERYWHERE} as_of",),
        ),
        Entry(
            key="completeness",
            name=Text("Completeness", "완전성"),
            meaning=Text(
                "Provisional: orders that only an event told of, dead letters wait, or a day differs from the "
                "platform's tables. Unchecked: none of that, but no reconciling in the last 6 hours. Complete else. "
                "Waiting changes are in every figure already. Here: provisional orders of the period.",
                "잠정: 이벤트로만 알려진 주문이나 처리 못 한 이벤트가 있거나 플랫폼 테이블과 다른 날이 있음. 미확인: "
                "그런 것은 "
                "없지만 6시간 안에 대사하지 않음. 그 밖에는 완전. 대기 중인 변경은 이미 모든 수치에 들어 있습니다. "
                "여기서는 "
                "기간의 잠정 주문입니다.",
            ),
            formula="see analytics/selectors/completeness.py",
            sources=("order_facts",),
            sql=f"""SELECT COUNT(*) FILTER (WHERE provisional) AS provisional_orders, COUNT(*) AS orders
FROM order_facts
WHERE {DAYS}""",
            places=(f"{_EVERYWHERE} completeness",),
        ),
        Entry(
            key="agreement",
            name=Text("Agreement with the platform", "플랫폼 테이블과의 일치"),
            meaning=Text(
                "Days on which orders, gross and refunds of our ledger and of the platform's tables were compared, and "
                "on how many they differ, by currency.",
                "우리 원장과 플랫폼 테이블의 주문 수, 총매출, 환불을 비교한 날과 서로 다른 날의 수(통화별)입니다.",
            ),
            formula="ours = platform, to the won, day by day",
            sources=("ledger_checks",),
            sql=f"""SELECT currency, COUNT(*) AS days_compared, COUNT(*) FILTER (WHERE NOT agrees) AS days_differing,
       SUM(ours_gross - platform_gross) AS gross_difference
FROM ledger_checks
WHERE {DAYS}
GROUP BY currency ORDER BY currency""",
            places=(f"{_EVERYWHERE} completeness.days_differing", "GET analytics/agreement"),
        ),
        Entry(
            key="dead_letters",
            name=Text("Dead letters", "처리하지 못한 이벤트"),
            meaning=Text(
                "Events that could not be applied, by state: new ones wait for somebody to retry or discard them.",
                "적용하지 못한 이벤트를 상태별로 센 값입니다. 새 것은 누군가 다시 처리하거나 버려야 합니다.",
            ),
            formula="count of events_deadletter by state",
            sources=("events_deadletter",),
            sql="""SELECT state, COUNT(*) AS dead_letters
FROM events_deadletter
WHERE created_at >= CAST(:from AS date)::timestamp AT TIME ZONE 'Asia/Seoul'
  AND created_at < (CAST(:to AS date) + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
GROUP BY state ORDER BY state""",
            places=(f"{_EVERYWHERE} completeness.dead_letters",),
        ),
    ),
)
