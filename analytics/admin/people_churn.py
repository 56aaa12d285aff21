"""Who may stay away, and with whom most is at stake."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import churn_groups as groups
from analytics.admin.people_choices import MAY_SEE, TEMPLATE, choice
from analytics.selectors.people.churn import churn_buyers, churn_sums
from ml.services.churn import churn_of_many
from xlcfi.console.export import Sheet
from xlcfi.console.formats import count, percent, whole_money
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Cell, Column, table, tile

LISTED = 50
EXPORTED = 10_000


def group_word(name: str) -> str:
    """A group as people call it."""
    words = {
        groups.VALUABLE_AT_RISK: _("Valuable, at risk"),
        groups.VALUABLE_NEARLY_LOST: _("Valuable, nearly lost"),
        groups.FIRST_ORDER_ONLY: _("First order only"),
        groups.OTHERS_AT_RISK: _("Others at risk"),
        groups.STAYING: _("Staying"),
    }
    return words[name]


@page
class ChurnPage(Page):
    """Groups to act on, and the people of one."""

    name = "analytics_churn"
    path = "analytics/churn/"
    title = gettext_lazy("Buyers at risk")
    description = gettext_lazy(
        "How likely buyers have no paid order in the next 90 days. "
        "At stake: that chance times their net revenue of 365 days."
    )
    permission = MAY_SEE
    section = "people"
    icon = "heart_broken"
    choices = True
    order = 40
    template_name = TEMPLATE

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        sums = churn_sums()
        chosen, buttons = self._chosen(request)
        buyers = churn_buyers(group=chosen, limit=LISTED)
        buyers_in_all = sum(one["buyers"] for one in sums)
        return {
            "choices": [buttons],
            "tiles": [
                tile(name="buyers", label=_("Buyers with a risk"), value=count(buyers_in_all)),
                tile(name="stake", label=_("At stake"), value=whole_money(sum(one["at_stake"] for one in sums))),
            ],
            "tables": [_sums_table(sums), _buyers_table(chosen, buyers)],
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet:
        chosen, _buttons = self._chosen(request)
        heads = [_("Member"), _("Churn risk"), _("Paid orders"), _("Last paid day"), _("Net revenue"), _("At stake")]
        return Sheet(
            f"churn-{chosen}", heads, [list(one.values()) for one in churn_buyers(group=chosen, limit=EXPORTED)]
        )

    @staticmethod
    def _chosen(request: HttpRequest) -> tuple[str, Any]:
        named = [(name, group_word(name)) for name in groups.GROUPS]
        chosen, buttons = choice("group", _("Group"), named, request, groups.VALUABLE_AT_RISK)
        return str(chosen), buttons


def _sums_table(sums: list[dict[str, Any]]) -> Any:
    heads = [_("Buyers"), _("Mean risk"), _("Net revenue, 365 days"), _("At stake")]
    return table(
        title=_("Groups"),
        columns=[_("Group"), *(Column(head, figure=True) for head in heads)],
        rows=[
            [
                Cell(group_word(one["group"]), link=f"?group={one['group']}"),
                count(one["buyers"]),
                percent(one["mean_risk"]),
                whole_money(one["net_revenue"]),
                whole_money(one["at_stake"]),
            ]
            for one in sums
        ],
    )


def _buyers_table(group: str, buyers: list[dict[str, Any]]) -> Any:
    told = churn_of_many(user_ids=[one["user_id"] for one in buyers])
    heads = [_("Churn risk"), _("Paid orders"), _("Last paid day"), _("Net revenue, 365 days"), _("At stake")]
    return table(
        title=group_word(group),
        columns=[_("Member"), *(Column(head, figure=True) for head in heads), _("What raises it")],
        rows=[
            [
                Cell(f"#{one['user_id']}", link=reverse("admin:analytics_person", args=[one["user_id"]])),
                percent(one["churn_risk"]),
                count(one["orders"]),
                f"{one['last_paid_day']}",
                whole_money(one["net_revenue"]),
                whole_money(one["at_stake"]),
                _raising(told.get(one["user_id"])),
            ]
            for one in buyers
        ],
        empty=_("Nobody. Risks come with the first training of the model: Models, or manage.py train churn."),
    )


def _raising(told: dict[str, Any] | None) -> str:
    """The strongest driver that raises the risk, in words."""
    if told is None:
        return ""
    return next((driver["text"] for driver in told["drivers"] if driver["direction"] == "raises"), "")
