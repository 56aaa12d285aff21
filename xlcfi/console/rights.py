"""What the groups `analyst`, `operator` and `data_admin` may do.

Their rights are set after every migrate to what is written here, and to nothing else: wishes of one place belong into a
group of its own. Tables of an app are known by label, so that a new table is in the right hands without a word here.
"""

import re
from collections.abc import Callable
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS

Wanted = Callable[[str, str], bool]
"""Whether a group has the right: its app's label, its codename."""

FIGURES = frozenset({"platform", "analytics", "ml", "recommendations", "reports", "images", "etl", "artifacts"})
# What an operator needs to see what became of an event; members, reviews and balances are not among it.
TRACED = frozenset({"order", "orderitem", "payment", "delivery", "product", "category"})
# What analysts keep for themselves; whose it is, is seen to where it is changed.
KEPT = frozenset({"analytics", "ml", "recommendations"})
OWN = re.compile(
    r"(add|change|delete)_(savedview|target|currencyrate|exchangerate|placementrule|personalisationchoice|demandoverride)"
    r"|acknowledge_anomaly"
)
RUNS = re.compile(r"view_\w*(run|alert|reconcil|agreement|disagreement|difference|check|delta|anomaly|anomalies)\w*")


def analyst(app: str, name: str) -> bool:
    """Sees every figure and every table behind it, names included, and whether events flow; keeps views and targets."""
    if app == "console" or (app, name) == ("events", "view_periodicrun"):
        return True
    return app in FIGURES and (name.startswith("view_") or (app in KEPT and OWN.fullmatch(name) is not None))


def operator(app: str, name: str) -> bool:
    """Sees and handles what the consumers do; traces an order; has a model go back to one before; sees no names."""
    if app == "events":
        return name.startswith(("view_", "retry_", "discard_")) and name != "view_erasedperson"
    if app == "artifacts":
        return name.startswith("view_") or name == "rollback_modelversion"
    if app == "platform":
        return name.startswith("view_") and name.removeprefix("view_") in TRACED
    if app == "analytics":
        return RUNS.fullmatch(name) is not None
    return app == "console" and name == "export_lists"


def data_admin(app: str, name: str) -> bool:
    """Everything of ours, and the accounts."""
    if app == "platform":
        return name.startswith("view_")
    return app in FIGURES | {"events", "console", "auth"} or (app == "admin" and name == "view_logentry")


GROUPS: dict[str, Wanted] = {"analyst": analyst, "operator": operator, "data_admin": data_admin}


def rights_grant(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Gives each group the rights that it has by the rules above, and takes all others."""
    from django.contrib.auth.models import Group, Permission

    rights = list(Permission.objects.using(using).values_list("pk", "content_type__app_label", "codename"))
    for name, wanted in GROUPS.items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        granted = {key for key, app, codename in rights if wanted(app, codename)}
        if granted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(granted)


def after_migrate(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **more: Any) -> None:
    """Once per migrate: with the last app, when the rights of the others are there."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.label != last.label or not _there(using):
        return
    # Django makes the last app's rights too, but who is told first is not said.
    create_permissions(last, verbosity=0, using=using)
    rights_grant(using=using)


def _there(using: str) -> bool:
    """Whether the tables of accounts exist: not while somebody migrates to nothing."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('auth_group') IS NOT NULL AND to_regclass('auth_permission') IS NOT NULL")
        return bool(cursor.fetchone()[0])
