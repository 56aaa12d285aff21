"""What the console's templates need beside Django's own."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from xlcfi.console.formats import money
from xlcfi.console.tools import tools_for

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


@register.simple_tag(takes_context=True)
def console_tools(context: Any) -> SafeString:
    """What the apps put beside a page's title (`xlcfi.console.tools`)."""
    # A list's pages are an inclusion of their own, which knows the list alone.
    request = context.get("request") or context["cl"].request
    parts = [render_to_string(name, shown, request=request) for name, shown in tools_for(request)]
    return mark_safe("".join(parts))  # each is a template's own
