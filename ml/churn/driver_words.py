"""Drivers as sentences, in the language that is active."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ml.churn.drivers import Driver


def driver_text(driver: Driver) -> str:
    """One sentence that says what is so, not why."""
    facts = {name: round(value) for name, value in driver.facts.items()}
    once = facts["orders"] <= 1
    if driver.side == "rhythm":
        if once:
            return _("Their only order was %(days)d days ago.") % {"days": facts["recency"]}
        return _("The last order was %(days)d days ago; between two orders they usually take %(gap)d days.") % {
            "days": facts["recency"],
            "gap": facts["usual_gap"],
        }
    if driver.side == "history":
        return ngettext(
            "%(orders)d order in the %(days)d days since the first one.",
            "%(orders)d orders in the %(days)d days since the first one.",
            facts["orders"],
        ) % {"orders": facts["orders"], "days": facts["tenure"]}
    if driver.side == "lately":
        before = max(facts["orders_180"] - facts["orders_90"], 0)
        return _("%(now)d orders in the last 90 days, %(before)d in the 90 days before.") % {
            "now": facts["orders_90"],
            "before": before,
        }
    if driver.side == "value":
        percent = round(100 * (2.718281828 ** driver.facts["value_trend"] - 1))
        if not once and percent:
            return _("The last orders were worth %(percent)+d %% against their own average.") % {"percent": percent}
        return _("What they spend: %(share).1f times a usual order each time.") % {"share": driver.facts["mean_order"]}
    if driver.side == "returns":
        return ngettext("%(count)d return.", "%(count)d returns.", facts["returns"]) % {"count": facts["returns"]}
    return _("When they order: at what hours and on which days of the week.")
