"""Sharing an amount out over an order's lines so that the shares add up to it, to the last unit.

Largest remainder (Hamilton's method; Balinski and Young, Fair Representation, 1982), pro rata to the lines' worth;
ties go to the smaller product id. The unit is one won or yen where the amount is whole, else a hundredth. The
arithmetic is on integers (numeric div and mod), so that no rounding of a quotient can move a won.
"""


def allotment_sql(*, amounts: str, lines: str) -> str:
    """SQL that shares `amounts` out over `lines`.

    amounts: a relation (order_id, ref, currency, amount); lines: a relation (order_id, ref, product_id, units, weight).
    Gives (order_id, ref, product_id, units, amount). An amount without lines goes to product 0 as a whole; lines that
    are worth nothing share by their units, and if those are 0 too, evenly.
    """
    return f"""
    WITH amounts AS ({amounts}),
    lines AS (
        SELECT order_id, ref, product_id, units,
               CASE WHEN SUM(weight) OVER whole > 0 THEN weight WHEN SUM(units) OVER whole > 0 THEN units ELSE 1 END
               AS weight
        FROM ({lines}) AS l
        WINDOW whole AS (PARTITION BY order_id, ref)
    ),
    parts AS (
        SELECT a.order_id, a.ref, COALESCE(l.product_id, 0) AS product_id, COALESCE(l.units, 0) AS units, u.unit,
               a.amount / u.unit AS quanta, COALESCE(l.weight, 1) AS weight,
               SUM(COALESCE(l.weight, 1)) OVER (PARTITION BY a.order_id, a.ref) AS weights
        FROM amounts a
        CROSS JOIN LATERAL (
            SELECT CASE WHEN a.currency IN ('KRW', 'JPY') AND a.amount = trunc(a.amount) THEN 1 ELSE 0.01 END AS unit
        ) u
        LEFT JOIN lines l ON l.order_id = a.order_id AND l.ref = a.ref
    ),
    floors AS (
        SELECT order_id, ref, product_id, units, unit, quanta, div(quanta * weight, weights) AS base,
               row_number() OVER (PARTITION BY order_id, ref
                                  ORDER BY abs(mod(quanta * weight, weights)) DESC, product_id) AS place,
               quanta - SUM(div(quanta * weight, weights)) OVER (PARTITION BY order_id, ref) AS remaining
        FROM parts
    )
    SELECT order_id, ref, product_id, units,
           (base + CASE WHEN place <= abs(remaining) THEN sign(remaining) ELSE 0 END) * unit AS amount
    FROM floors
    """
