"""The sidebar: pages by section, then the tables of each app, as far as somebody may see them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from xlcfi.console.pages import SECTIONS, pages

# The apps whose tables people look at most come first.
APPS = ("platform", "analytics", "ml", "recommendations", "artifacts", "events", "auth")
ICONS = {
    "users": "group",
    "orders": "receipt_long",
    "order_items": "list_alt",
    "products": "inventory_2",
    "product_images": "image",
    "categories": "category",
    "payments": "credit_card",
    "reviews": "reviews",
    "coupons": "local_activity",
    "user_coupons": "confirmation_number",
    "balance_histories": "account_balance_wallet",
    "deliveries": "local_shipping",
    "blockchain_records": "link",
    "events_deadletter": "report",
    "events_followup": "pending_actions",
    "events_outbox": "outbox",
    "events_periodicrun": "schedule",
    "events_prunerun": "auto_delete",
    "model_versions": "model_training",
    "model_trainings": "pending_actions",
    "model_drift": "trending_flat",
    "auth_user": "person",
    "auth_group": "groups",
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """What unfold's SIDEBAR calls: groups of links."""
    home = reverse("admin:index")
    groups: list[dict[str, Any]] = [
        {"items": [_item(_("Home"), home, "home", active=request.path == home)]},
    ]
    for section, title in SECTIONS.items():
        items = [
            _item(
                one.title, reverse(f"admin:{one.name}"), one.icon, active=request.path == reverse(f"admin:{one.name}")
            )
            for one in pages()
            if one.section == section and one.name != "home" and "<" not in one.path and one.allowed(request)
        ]
        if items:
            groups.append({"title": str(title), "items": items})
    for app in sorted(admin.site.get_app_list(request), key=_place):
        items = [
            _item(model["name"], model["admin_url"], _icon(model), active=request.path.startswith(model["admin_url"]))
            for model in app["models"]
            if model["admin_url"]
        ]
        if items:
            groups.append(
                {"title": str(app["name"]), "items": items, "collapsible": True, "separator": app is not None}
            )
    return groups


def _item(title: Any, link: str, icon: str, *, active: bool) -> dict[str, Any]:
    text = str(title)
    # The template takes it for safe.
    return {"title": escape(text[:1].upper() + text[1:]), "link": link, "icon": icon, "active": active}


def _icon(model: dict[str, Any]) -> str:
    return ICONS.get(model["model"]._meta.db_table, "table_rows")


def _place(app: dict[str, Any]) -> tuple[int, str]:
    label = app["app_label"]
    return (APPS.index(label) if label in APPS else len(APPS), label)
