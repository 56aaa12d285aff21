"""What segments and behaviours are called in the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics import rfm
from analytics.models import UserBehavior

SEGMENTS: dict[str, Any] = {
    rfm.CHAMPIONS: _("Champions"),
    rfm.LOYAL: _("Loyal"),
    rfm.POTENTIAL: _("Potential loyalists"),
    rfm.NEW: _("New customers"),
    rfm.PROMISING: _("Promising"),
    rfm.ATTENTION: _("Needs attention"),
    rfm.SLEEPY: _("About to sleep"),
    rfm.AT_RISK: _("At risk"),
    rfm.CANT_LOSE: _("Can't lose"),
    rfm.HIBERNATING: _("Hibernating"),
    rfm.LOST: _("Lost"),
}

BEHAVIOURS: dict[str, Any] = {
    UserBehavior.VIEW: _("viewed"),
    UserBehavior.ORDER: _("ordered"),
    UserBehavior.PURCHASE: _("paid"),
    UserBehavior.REFUND: _("got money back"),
    UserBehavior.CANCEL: _("called off"),
    UserBehavior.PAYMENT_FAILED: _("payment failed"),
    UserBehavior.DELIVERY_STARTED: _("parcel left"),
    UserBehavior.DELIVERY_COMPLETED: _("parcel came"),
    # Of browsers' events, in which anything may be told, these are what shops tell.
    "click": _("clicked"),
    "search": _("searched"),
    "add_to_cart": _("put into the cart"),
    "remove_from_cart": _("took out of the cart"),
    "wishlist": _("put on the wish list"),
    "share": _("shared"),
}


def segment_word(name: str | None) -> str:
    """A segment as people call it; a dash for whoever never paid."""
    return "–" if name is None else str(SEGMENTS[name])


def behaviour_word(name: str) -> str:
    """What somebody did; the bare name of a kind that nobody has a word for."""
    return str(BEHAVIOURS.get(name, name))
