"""What is summed from which table of the platform, and what `key`, `part`, `bucket`, `reached`, `amount` mean there.

| source | day | key | part | reached | amount | discount |
|---|---|---|---|---|---|---|
| payments | created | method | status | money arrived | of those that arrived, in `currency` | |
| parcels | requested | status | | came | | |
| lead_times | came | | | | | |
| coupons_issued | issued | coupon | status | used | | |
| coupons_used | used | coupon | | | | |
| coupon_orders | placed | coupon | | | total of the paid order, in `currency` | its lines' worth - total |
| balances | created | type | | | won | |
| blockchain | created | status | | | | |

`bucket` is used by lead_times only: b holds parcels that took more than b and at most b + 1 hours from the request to
the buyer (0 also those of no time at all; the last one everything beyond). An order paid with several coupons is one
order, of the coupon whose row came first.
"""

from dataclasses import dataclass

BLOCK = 500
LONGEST_HOURS = 90 * 24
PAID = "(p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL))"


@dataclass(frozen=True)
class Source:
    """A sum over rows `t` of `table`: SQL for its columns, and which rows it leaves out.

    joined: what else is read, by key. order_column: the column of `table` that names an order, if it has one.
    """

    name: str
    table: str
    day: str
    currency: str = "''"
    key: str = "''"
    part: str = "''"
    bucket: str = "0"
    reached: str = "0"
    amount: str = "0"
    discount: str = "0"
    joined: str = ""
    where: str = "true"

    def sums(self, rows: str) -> str:
        """SELECT of the columns of operation_blocks over `rows`: a FROM item called t."""
        return f"""
        SELECT '{self.name}' AS source, t.id / {BLOCK} AS block, {self.day} AS day, {self.currency} AS currency,
               {self.key} AS key, {self.part} AS part, {self.bucket} AS bucket,
               COUNT(*) AS count, {self.reached} AS reached, {self.amount} AS amount, {self.discount} AS discount
        FROM {rows} {self.joined} WHERE {self.where} GROUP BY 2, 3, 4, 5, 6, 7"""


_HOURS = "ceil(extract(epoch FROM t.delivered_at - t.requested_at) / 3600)::bigint - 1"

SOURCES = (
    Source(
        "payments",
        "payments",
        day="t.created_at::date",
        currency="left(t.currency, 3)",
        key="t.method",
        part="t.status",
        reached=f"COUNT(*) FILTER (WHERE {PAID.replace('p.', 't.')})",
        amount=f"COALESCE(SUM(t.amount) FILTER (WHERE {PAID.replace('p.', 't.')}), 0)",
    ),
    Source(
        "parcels",
        "deliveries",
        day="t.requested_at::date",
        key="t.status",
        reached="COUNT(t.delivered_at)",
    ),
    Source(
        "lead_times",
        "deliveries",
        day="t.delivered_at::date",
        bucket=f"LEAST(GREATEST({_HOURS}, 0), {LONGEST_HOURS})",
        where="t.delivered_at IS NOT NULL",
    ),
    Source(
        "coupons_issued",
        "user_coupons",
        day="t.issued_at::date",
        key="t.coupon_id::text",
        part="t.status",
        reached="COUNT(*) FILTER (WHERE t.status = 'USED')",
    ),
    Source(
        "coupons_used",
        "user_coupons",
        day="t.used_at::date",
        key="t.coupon_id::text",
        where="t.status = 'USED' AND t.used_at IS NOT NULL",
    ),
    Source(
        "coupon_orders",
        "user_coupons",
        day="o.created_at::date",
        currency="left(o.currency, 3)",
        key="t.coupon_id::text",
        amount="SUM(o.total)",
        discount="SUM(i.worth - o.total)",
        joined="""JOIN orders o ON o.id = t.order_id
        JOIN LATERAL (SELECT COALESCE(SUM(quantity * unit_price), o.total) AS worth FROM order_items
                      WHERE order_id = o.id) AS i ON true""",
        where=f"""t.status = 'USED' AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND {PAID})
        AND NOT EXISTS (SELECT 1 FROM user_coupons u WHERE u.order_id = t.order_id AND u.status = 'USED'
                        AND u.id < t.id)""",
    ),
    Source("balances", "balance_histories", day="t.created_at::date", key="t.type", amount="SUM(t.amount)"),
    Source("blockchain", "blockchain_records", day="t.created_at::date", key="t.status"),
)
TABLES = tuple(dict.fromkeys(source.table for source in SOURCES))
# Tables whose rows name an order: what an event tells of it can change them.
OF_ORDERS = ("payments", "deliveries", "user_coupons", "blockchain_records")
