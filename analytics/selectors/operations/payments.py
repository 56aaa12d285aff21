"""How payments went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from analytics.selectors.operations.rows import Row, Sums, rate


def payments_told(rows: Sequence[Row]) -> dict[str, Any]:
    """Attempts and successes, over all and by method and currency."""
    methods: dict[tuple[str, str], Sums] = defaultdict(Sums)
    statuses: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    everything, all_statuses = Sums(), defaultdict[str, int](int)
    for row in rows:
        which = (row.key, row.currency)
        methods[which].add(row)
        everything.add(row)
        statuses[which][row.part] = row.count
        all_statuses[row.part] += row.count
    return {
        **_attempts(everything, all_statuses),
        "by_method": [
            {
                "method": method,
                "currency": currency,
                **_attempts(methods[method, currency], statuses[method, currency]),
                "amount": methods[method, currency].amount,
            }
            for method, currency in sorted(methods)
        ],
    }


def _attempts(sums: Sums, statuses: Mapping[str, int]) -> dict[str, Any]:
    """A payment that is still pending has neither succeeded nor failed."""
    pending = statuses.get("PENDING", 0)
    return {
        "attempts": sums.count,
        "succeeded": sums.reached,
        "pending": pending,
        "success_rate": rate(sums.reached, sums.count - pending),
        "by_status": dict(sorted(statuses.items())),
    }
