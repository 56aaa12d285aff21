"""What is chosen on the pages about buyers, by buttons that lead to addresses."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics.selectors.people.orders import paid_currencies
from analytics.selectors.people.statements import HOME_CURRENCY

MAY_SEE = "analytics.view_buyerstanding"
TEMPLATE = "analytics/people.html"


def choice(name: str, label: str, options: Sequence[tuple[str, Any]], request: HttpRequest, default: str) -> Any:
    """A row of buttons, one of which is on: (value chosen, for the template). An unknown value is the default."""
    asked = request.GET.get(name, default)
    chosen = asked if asked in [value for value, _words in options] else default
    kept = {key: value for key, value in request.GET.items() if key not in (name, "export", "cursor")}
    buttons = [
        {"words": words, "link": f"?{urlencode({**kept, name: value})}", "on": value == chosen}
        for value, words in options
    ]
    return chosen, {"label": label, "buttons": buttons}


def currency_choice(request: HttpRequest) -> tuple[str, list[Any]]:
    """The currency chosen, and the buttons for it where buyers paid in several."""
    known = [(one, one) for one in paid_currencies()]
    chosen, buttons = choice("currency", _("Money in"), known, request, HOME_CURRENCY)
    return chosen, [buttons] if len(known) > 1 else []
