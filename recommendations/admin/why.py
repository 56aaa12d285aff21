"""The page "why was this product (not) shown to this user"."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from recommendations import reasons
from recommendations.models import PlacementRule
from recommendations.placing.eligibility import LeftOut
from recommendations.placing.rules import Surface
from recommendations.ranker import Ranked
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
NOTHING: Final = 0
"""A product that there is none of."""
SOURCES: dict[str, Any] = {
    reasons.CO_PURCHASE: gettext_lazy("bought together"),
    reasons.AGAIN: gettext_lazy("bought again"),
    reasons.SESSION: gettext_lazy("goes with what was looked at"),
    reasons.CONTENT: gettext_lazy("alike by text"),
    reasons.CATEGORY: gettext_lazy("popular in the category"),
    reasons.POPULAR: gettext_lazy("popular"),
    reasons.NEW: gettext_lazy("new product"),
    reasons.PINNED: gettext_lazy("pinned by a rule"),
    reasons.EASE: gettext_lazy("goes with what was bought (EASE)"),
    reasons.COSINE: gettext_lazy("goes with what was bought (cosine)"),
    reasons.FACTORS: gettext_lazy("tastes alike (factors)"),
    reasons.SPECTRAL: gettext_lazy("tastes alike (spectral)"),
    reasons.NEXT: gettext_lazy("bought next"),
    reasons.TREND: gettext_lazy("sells now"),
    reasons.LOOKED: gettext_lazy("looked at lately"),
    reasons.CATEGORY_TASTE: gettext_lazy("taste by category"),
    reasons.SELLER_TASTE: gettext_lazy("taste by seller"),
    reasons.PRICE_TASTE: gettext_lazy("taste by price"),
}


def source_words(source: str) -> str:
    """What put a product into a list, in words."""
    return str(SOURCES.get(source, source))


class WhyForm(forms.Form):
    """Whose list, and which product."""

    user = forms.IntegerField(label=gettext_lazy("user"), min_value=1, max_value=LARGEST_ID)
    product = forms.IntegerField(
        label=gettext_lazy("product"),
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text=gettext_lazy("empty: the list alone"),
    )
    surface = forms.ChoiceField(
        label=gettext_lazy("list"),
        required=False,
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
    """A list as it would be made now, and one product in it or not in it."""

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
        form = WhyForm({"surface": str(Surface.PERSONAL), **request.GET.dict()})
        if not form.is_valid():
            return {"form": form, "tables": []}
        asked = form.cleaned_data
        found = list_explain(
            product_id=asked["product"] or NOTHING,
            user_id=asked["user"],
            surface=Surface(asked["surface"] or Surface.PERSONAL),
            of_product=asked["of"],
        )
        listed = _list(found, asked)
        if not asked["product"]:
            return {"form": form, "tables": [listed]}
        return {"form": form, "tiles": _tiles(found), "tables": [_rules(found), listed]}


def _tiles(found: Explanation) -> list[Any]:
    candidate = found.candidate
    shown = _("shown") if found.position else _("not shown")
    place = _("position %(number)s") % {"number": found.position} if found.position else ""
    objection = str(OBJECTIONS[found.objection]) if found.objection else _("nothing")
    source = source_words(candidate.source) if candidate else _("none")
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
            value=f"{found.algorithm} {found.version}".strip(),
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


def _list(found: Explanation, asked: dict[str, Any]) -> Any:
    kept, korean = standings(), (get_language() or "ko").startswith("ko")
    surface = asked["surface"] or str(Surface.PERSONAL)
    same = {"user": asked["user"], "surface": surface, **({"of": asked["of"]} if asked["of"] else {})}
    return table(
        title=_("The list"),
        columns=[_("position"), _("product"), _("source"), Column(_("score"), figure=True), _("reason")],
        rows=[
            [
                place,
                Cell(
                    f"#{each.product_id} {kept.name_of(each.product_id) or ''}",
                    mood="good" if each.product_id == found.product_id else "",
                    link="?" + urlencode({**same, "product": each.product_id}),
                ),
                source_words(each.source),
                f"{each.score:.6f}",
                _reason(each, kept.name_of(each.evidence), korean),
            ]
            for place, each in enumerate(found.products, 1)
        ],
        empty=_("It is empty."),
    )


def _reason(each: Ranked, evidence: str | None, korean: bool) -> str:
    told = reason_of(each.source, evidence)
    return told["ko"] if korean else told["en"]
