"""Targets and anomalies."""

from analytics.glossary.entry import Entry, Subject, Text
from analytics.glossary.pieces import DAYS

GOALS = Subject(
    "goals",
    Text("Targets and anomalies", "목표와 이상 징후"),
    (
        Entry(
            key="anomaly",
            name=Text("Anomaly", "이상 징후"),
            meaning=Text(
                "A finished day or hour outside the band that earlier days lead to expect: level (median of 14 days) "
                "times the profile of the weekday (median of 8 weeks), 4 robust deviations (MAD; for counts at least "
                "what chance scatters) to each side, and at least 30 % of a day, half of an hour. In a run of odd "
                "days, "
                "as around Seollal and Chuseok, the band widens by itself. Late news is judged again for 14 days.",
                "지난 날들로 예상한 범위를 벗어난 하루나 한 시간입니다. 수준(14일 중앙값)에 요일 비율(8주 중앙값)을 "
                "곱해 "
                "예상하고, 양쪽으로 강건 표준편차(MAD, 건수는 최소한 우연의 산포) 4배, 하루는 30 %, 시간은 절반 이상 "
                "벗어나야 "
                "합니다. 설·추석처럼 이상한 날이 이어지면 범위가 스스로 넓어집니다. 늦게 온 소식은 14일 동안 다시 "
                "판정합니다.",
            ),
            formula="|value - expected| > max(4 x 1.15 x 1.4826 MAD, share, smallest); analytics/anomalies/rule.py",
            sources=("anomalies",),
            sql=f"""SELECT series, seller_id, day, hour, value, expected, low, high, direction
FROM anomalies
WHERE withdrawn_at IS NULL AND {DAYS}
ORDER BY at DESC, id DESC""",
            places=("GET analytics/anomalies", "charts of the admin's home"),
        ),
        Entry(
            key="target_actual",
            name=Text("Reached so far", "목표 달성 실적"),
            meaning=Text(
                "What the days of a target brought until now, today included. Here: targets for the net revenue of "
                "the whole market that end in the period.",
                "목표 기간에 지금까지(오늘 포함) 쌓인 실적입니다. 여기서는 기간에 끝나는 전체 순매출 목표입니다.",
            ),
            formula="sum of the figure over the target's days",
            sources=("targets", "sales_days", "rollup_deltas"),
            sql="""SELECT t.id, t.name, t.amount, COALESCE(SUM(s.net), 0) AS actual,
       ROUND(COALESCE(SUM(s.net), 0) / t.amount, 4) AS share
FROM targets t
LEFT JOIN (
    SELECT currency, day, gross - refunds AS net FROM sales_days
    UNION ALL
    SELECT currency, day, gross - refunds FROM rollup_deltas WHERE product_id IS NULL AND status IS NULL
) AS s ON s.currency = t.currency AND s.day BETWEEN t.first AND t.last
WHERE t.metric = 'net_revenue' AND t.scope = 'all' AND t.last BETWEEN CAST(:from AS date) AND CAST(:to AS date)
GROUP BY t.id ORDER BY t.id""",
            places=("GET analytics/targets items[].progress.actual",),
        ),
        Entry(
            key="target_expected",
            name=Text("Expected by now", "현재까지 기대 실적"),
            meaning=Text(
                "The amount of a target times the part of its period that is over. Each day weighs what the same "
                "weekday 52 weeks before brought, where that year is known, else all days weigh the same; of today "
                "counts the part that has passed. Here: what the days 52 weeks before brought in won.",
                "목표 금액에 지난 기간 비율을 곱한 값입니다. 52주 전 같은 요일의 실적으로 날의 비중을 정하고, 작년을 "
                "모르면 "
                "모든 날이 같습니다. 오늘은 지난 시간만큼 셉니다. 여기서는 52주 전 날들의 원화 순매출입니다.",
            ),
            formula="amount x weight of the days over / weight of all days",
            sources=("sales_days", "rollup_deltas"),
            sql="""SELECT day + 364 AS weighs_for, SUM(net) AS net_revenue
FROM (
    SELECT currency, day, gross - refunds AS net FROM sales_days
    UNION ALL
    SELECT currency, day, gross - refunds FROM rollup_deltas WHERE product_id IS NULL AND status IS NULL
) AS s
WHERE currency = 'KRW' AND day BETWEEN CAST(:from AS date) - 364 AND CAST(:to AS date) - 364
GROUP BY day ORDER BY day""",
            places=("GET analytics/targets items[].progress.expected",),
        ),
        Entry(
            key="target_forecast",
            name=Text("Forecast of a target", "목표 예상 실적"),
            meaning=Text(
                "What the run rate leads to at the end: what the finished days brought divided by their weight, at "
                "least what has been reached. Told once a tenth of the period is over.",
                "지금 속도로 기간 끝에 도달할 값입니다. 끝난 날들의 실적을 그 비중으로 나누며, 이미 달성한 값보다 작지 "
                "않습니다. 기간의 10분의 1이 지난 뒤부터 보여 줍니다.",
            ),
            formula="max(reached, finished days / weight of finished days)",
            sources=("target_alerts", "targets"),
            sql="""SELECT t.name, a.at, a.status, a.actual, a.expected, a.forecast
FROM target_alerts a JOIN targets t ON t.id = a.target_id
WHERE a.at >= CAST(:from AS date)::timestamp AT TIME ZONE 'Asia/Seoul'
  AND a.at < (CAST(:to AS date) + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
ORDER BY a.at DESC, a.id DESC""",
            places=("GET analytics/targets items[].progress.forecast",),
        ),
        Entry(
            key="target_status",
            name=Text("Status of a target", "목표 상태"),
            meaning=Text(
                "Reached: the amount is there. Missed: the period is over without it. At risk: the forecast is below "
                "95 % of it, until it is all of it again. On track else. Each change is told once.",
                "달성: 금액 도달. 미달: 기간 종료까지 미도달. 위험: 예상이 목표의 95 % 미만이고 다시 100 %가 될 "
                "때까지. "
                "그 밖에는 순조. 상태가 바뀔 때마다 한 번 알립니다.",
            ),
            formula="see analytics/target_progress.py",
            sources=("targets",),
            sql="""SELECT status, COUNT(*) AS targets
FROM targets
WHERE first <= CAST(:to AS date) AND last >= CAST(:from AS date)
GROUP BY status ORDER BY status""",
            places=("GET analytics/targets items[].status",),
        ),
    ),
)
