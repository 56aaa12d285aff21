"""The page "why was this product (not) shown to this user"."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.models import PlacementRule
from recommendations.placing.eligibility import LeftOut
from recommendations.placing.rules import Surface
from recommendations.reasons import reason_of
from recommendations.selectors.explaining import Explanation
from recommendations.selectors.standing import standings
from recommendations.services.explaining import list_explain
from xlcfi.api.converters import LARGEST_ID
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Cell, Column, table, tile

OBJECTIONS: dict[LeftOut, Any] = {
    LeftOut.GONE: gettext_lazy("does not exist"),
    LeftOut.NOT_ON_SALE: gettext_lazy("is not on sale"),
    LeftOut.OUT_OF_STOCK: gettext_lazy("is out of stock"),
    LeftOut.OWN: gettext_lazy("is sold by this user"),
    LeftOut.SELLER_INACTIVE: gettext_lazy("its seller's account is not active"),
    LeftOut.BOUGHT: gettext_lazy("was bought, and it is not time to buy it again"),
    LeftOut.EXCLUDED: gettext_lazy("is what the list is about"),
    LeftOut.OTHER_CATEGORY: gettext_lazy("is of another category"),
    LeftOut.OTHER_PRICE: gettext_lazy("costs more or less than was asked for"),
    LeftOut.CAPPED: gettext_lazy("is one too many of its seller or category"),
}


class WhyForm(forms.Form):
    """Whose list, and which product."""

    user = forms.IntegerField(label=gettext_lazy("user"), min_value=1, max_value=LARGEST_ID)
    product = forms.IntegerField(label=gettext_lazy("product"), min_value=1, max_value=LARGEST_ID)
    surface = forms.ChoiceField(
        label=gettext_lazy("list"),
        choices=[choice for choice in PlacementRule.Surface.choices if choice[0] != Surface.ALL],
    )
    of = forms.IntegerField(
        label=gettext_lazy("list of which product"),
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text=gettext_lazy("for bought together, similar, cart and visitors"),
    )


@page
class WhyPage(Page):
    """One product in one list, as it would be made now."""

    name = "recommendations_why"
    path = "recommendations/why/"
    title = gettext_lazy("Why (not) this product")
    description = gettext_lazy(
        "The list is made once more, as of now: what brought the product forward, what speaks against it, which rules "
        "concern it and where it stands."
    )
    permission = "recommendations.view_useritem"
    section = "products"
    icon = "quiz"
    order = 90
    template_name = "recommendations/why.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        if not request.GET:
            return {"form": WhyForm(initial={"surface": str(Surface.PERSONAL)}), "tables": []}
        form = WhyForm(request.GET)
        if not form.is_valid():
            return {"form": form, "tables": []}
        asked = form.cleaned_data
        found = list_explain(
            product_id=asked["product"],
            user_id=asked["user"],
            surface=Surface(asked["surface"]),
            of_product=asked["of"],
        )
        return {"form": form, "tiles": _tiles(found), "tables": [_rules(found), _list(found)]}


def _tiles(found: Explanation) -> list[Any]:
    candidate = found.candidate
    shown = _("shown") if found.position else _("not shown")
    place = _("position %(number)s") % {"number": found.position} if found.position else ""
    objection = str(OBJECTIONS[found.objection]) if found.objection else _("nothing")
    source = candidate.source if candidate else _("none")
    return [
        tile(name="shown", label=_("In the list"), value=shown, hint=place, kind="good" if found.position else "bad"),
        tile(name="objection", label=_("What speaks against it"), value=objection),
        tile(name="source", label=_("What brought it forward"), value=source, hint=_evidence(found)),
        tile(
            name="rank",
            label=_("Place in the ranking"),
            value="–" if found.rank is None else str(found.rank),
            hint=_("of %(number)s candidates") % {"number": found.candidates},
        ),
        tile(name="score", label=_("Score"), value="–" if candidate is None else f"{candidate.score:.6f}"),
        tile(
            name="algorithm",
            label=_("Algorithm"),
            value=found.algorithm,
            hint=_("wants no personal lists") if found.opted_out else "",
        ),
    ]


def _evidence(found: Explanation) -> str:
    if found.candidate is None or found.candidate.evidence is None:
        return ""
    name = standings().name_of(found.candidate.evidence) or "–"
    return f"#{found.candidate.evidence} {name}"


def _rules(found: Explanation) -> Any:
    return table(
        title=_("Rules that concern it"),
        columns=[_("rule"), _("list"), _("from"), _("until"), _("who"), _("why")],
        rows=[
            [
                Cell(str(rule), link=reverse("admin:recommendations_placementrule_change", args=[rule.pk])),
                rule.get_surface_display(),
                str(rule.first),
                str(rule.last),
                rule.owner,
                rule.reason,
            ]
            for rule in found.rules
        ],
        empty=_("No rule concerns it."),
    )


def _list(found: Explanation) -> Any:
    kept = standings()
    return table(
        title=_("The list"),
        columns=[_("position"), _("product"), _("source"), Column(_("score"), figure=True), _("reason")],
        rows=[
            [
                place,
                Cell(
                    f"#{each.product_id} {kept.name_of(each.product_id) or ''}",
                    mood="good" if each.product_id == found.product_id else "",
                ),
                each.source,
                f"{each.score:.6f}",
                reason_of(each.source, kept.name_of(each.evidence))["ko"],
            ]
            for place, each in enumerate(found.products, 1)
        ],
        empty=_("It is empty."),
    )
