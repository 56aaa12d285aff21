"""What the console's templates need beside Django's own."""

from typing import Any

from django import template

from xlcfi.console.formats import money

register = template.Library()


@register.filter
def console_number(value: Any) -> str:
    """A number for CSS and SVG: with a point, whatever the language writes."""
    return f"{float(value):g}"


@register.filter
def console_count(value: Any) -> str:
    """A count with its thousands."""
    return f"{int(value):,}"


@register.filter
def console_money(value: Any, currency: str = "KRW") -> str:
    """An amount with its currency."""
    return money(value, currency)
