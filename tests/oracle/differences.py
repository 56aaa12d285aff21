"""What is lost, doubled or wrong, in lines that people can read."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

SHOWN = 160
# Sections whose values are sums and counts: too little is lost, too much is doubled.
SUMS = {
    "sales_days", "sales_hours", "country_sales_days", "product_sales_days", "product_sales_months",
    "co_purchase_products", "co_purchase_pairs",
    "category_preferences", "published",
}  # fmt: skip


def differences(expected: dict[str, dict[Any, Any]], actual: dict[str, dict[Any, Any]]) -> list[str]:
    """One line for each key that differs, in the sections that both have; empty if all is as it must be.

    lost: it is missing, or less than it must be; doubled: it should not be there, or is more; wrong: neither.
    """
    found = []
    for section in sorted(expected.keys() & actual.keys()):
        wanted, there = expected[section], actual[section]
        for key in sorted(wanted.keys() | there.keys(), key=repr):
            if key not in there:
                found.append(f"lost: {section} {key!r}: {_short(wanted[key])} is missing")
            elif key not in wanted:
                found.append(f"doubled: {section} {key!r}: {_short(there[key])} should not be there")
            elif wanted[key] != there[key]:
                verdict = _verdict(section, wanted[key], there[key])
                found.append(f"{verdict}: {section} {key!r}: {_short(there[key])} instead of {_short(wanted[key])}")
    return found


def tally(lines: Iterable[str]) -> Counter[str]:
    """How many lines say lost, doubled and wrong."""
    return Counter(line.partition(":")[0] for line in lines)


def _verdict(section: str, wanted: Any, there: Any) -> str:
    if isinstance(wanted, list) and isinstance(there, list) and len(wanted) != len(there):
        return "doubled" if len(there) > len(wanted) else "lost"
    if section not in SUMS:
        return "wrong"
    numbers = zip(_numbers(wanted), _numbers(there), strict=True)
    signs = {1 if b > a else -1 for a, b in numbers if a != b}
    return {frozenset({1}): "doubled", frozenset({-1}): "lost"}.get(frozenset(signs), "wrong")


def _numbers(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
