"""Making targets, and noting each change of their status once."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction

from analytics.models import Target, TargetAlert
from analytics.selectors.goals.targets import target_get, target_states
from analytics.selectors.sales.buckets import bucket_start, next_month
from xlcfi import clock
from xlcfi.errors import InvalidInput
from xlcfi.platform.selectors import BIGINT_MAX

HOME_CURRENCY = "KRW"
MONEY = frozenset({Target.Metric.NET_REVENUE, Target.Metric.GROSS})
LONGEST_DAYS = 3 * 366
WATCHED_AFTER_DAYS = 60
"""For so long after its end a target is looked at again: late refunds can still miss it."""
_MONTHS = {Target.PeriodKind.MONTH: 1, Target.PeriodKind.QUARTER: 3, Target.PeriodKind.YEAR: 12}
_EXISTS = {
    Target.Scope.SELLER: "SELECT 1 FROM users WHERE id = %s AND role = 'SELLER'",
    Target.Scope.CATEGORY: "SELECT 1 FROM categories WHERE id = %s",
    Target.Scope.PRODUCT: "SELECT 1 FROM products WHERE id = %s",
}


@dataclass(frozen=True, kw_only=True)
class TargetWanted:
    """What somebody wants to reach. last: needed for days of one's own only. currency: for money only."""

    name: str
    metric: str
    period: str
    first: date
    amount: Decimal
    last: date | None = None
    scope: str = Target.Scope.ALL
    scope_id: int = 0
    currency: str = ""


def target_make(*, wanted: TargetWanted, owner: str) -> tuple[Target, bool]:
    """The target that `wanted` describes, and whether it is new: asked for twice, it is one target.

    Raises InvalidInput for what can't be a target, and where one of that name, figure, scope and period has another
    amount: who wants to change it deletes it first, or does so in the admin, where it is seen.
    """
    wanted = target_checked(wanted)
    assert wanted.last is not None
    key = {
        "name": wanted.name,
        "metric": wanted.metric,
        "scope": wanted.scope,
        "scope_id": wanted.scope_id,
        "currency": wanted.currency,
        "first": wanted.first,
        "last": wanted.last,
    }
    more = {"period": wanted.period, "amount": wanted.amount, "owner": owner}
    with transaction.atomic():
        target, made = Target.objects.get_or_create(**key, defaults=more)
        if target.amount != wanted.amount:
            raise _wrong("amount", f"This target is there already, with the amount {target.amount}.")
        if made:
            targets_evaluate(only=target.id)
            target.refresh_from_db()
    return target, made


def target_delete(*, target_id: int) -> None:
    """Remove a target and its alerts. Raises NotFound."""
    target_get(target_id=target_id).delete()


def targets_evaluate(*, only: int | None = None) -> int:
    """Look at every target that runs or ended lately, or one, and note each change of status. Returns how many.

    Two processes can't note the same change: whoever looks holds the target's row.
    """
    with transaction.atomic():
        rows = Target.objects.select_for_update(skip_locked=only is None)
        today = clock.today()
        if only is None:
            rows = rows.filter(first__lte=today, last__gte=today - timedelta(days=WATCHED_AFTER_DAYS))
        else:
            rows = rows.filter(id=only)
        changed = [each for each in target_states(rows.order_by("id")) if each.progress.status != each.target.status]
        TargetAlert.objects.bulk_create(
            TargetAlert(
                target=state.target,
                at=clock.now(),
                before=state.target.status,
                status=state.progress.status,
                actual=state.progress.actual,
                expected=state.progress.expected,
                forecast=state.progress.forecast,
            )
            for state in changed
        )
        for state in changed:
            state.target.status = state.progress.status
        Target.objects.bulk_update([state.target for state in changed], ["status"])
    return len(changed)


def target_checked(wanted: TargetWanted) -> TargetWanted:
    """`wanted` with its period as whole days. Raises InvalidInput with the field that is wrong."""
    name = wanted.name.strip()
    if not name:
        raise _wrong("name", "Is needed.")
    if wanted.amount <= 0:
        raise _wrong("amount", "Has to be more than nothing.")
    money = wanted.metric in MONEY
    if not money and wanted.amount != wanted.amount.to_integral_value():
        raise _wrong("amount", "Has to be a whole number for a count.")
    if not money and wanted.currency:
        raise _wrong("currency", "Goes with money only: counts are over all currencies.")
    _check_scope(wanted)
    first, last = _days(wanted)
    return TargetWanted(
        name=name,
        metric=wanted.metric,
        period=wanted.period,
        first=first,
        last=last,
        amount=wanted.amount,
        scope=wanted.scope,
        scope_id=wanted.scope_id,
        currency=(wanted.currency or HOME_CURRENCY) if money else "",
    )


def _check_scope(wanted: TargetWanted) -> None:
    if wanted.scope == Target.Scope.ALL:
        if wanted.scope_id:
            raise _wrong("scope_id", "The whole market has no number.")
        return
    if wanted.metric == Target.Metric.NEW_BUYERS:
        raise _wrong("scope", "New buyers are counted for the whole market only.")
    if wanted.scope == Target.Scope.CATEGORY and wanted.metric == Target.Metric.ORDERS:
        raise _wrong("metric", "Orders of a category are kept by product, and one order may hold several: take units.")
    with connection.cursor() as cursor:
        if 0 < wanted.scope_id <= BIGINT_MAX:
            cursor.execute(_EXISTS[Target.Scope(wanted.scope)], [wanted.scope_id])
            if cursor.fetchone():
                return
    raise _wrong("scope_id", f"There is no such {wanted.scope}.")


def _days(wanted: TargetWanted) -> tuple[date, date]:
    if wanted.period == Target.PeriodKind.CUSTOM:
        if wanted.last is None:
            raise _wrong("to", "Is needed for days of one's own.")
        if not 0 <= (wanted.last - wanted.first).days < LONGEST_DAYS:
            raise _wrong("to", "Has to lie after from, three years at most.")
        return wanted.first, wanted.last
    first = after = bucket_start(wanted.first, wanted.period)
    for _ in range(_MONTHS[Target.PeriodKind(wanted.period)]):
        after = next_month(after)
    last = after - timedelta(days=1)
    if wanted.last not in (None, last):
        raise _wrong("to", f"The {wanted.period} ends on {last}: leave this out.")
    return first, last


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"Not valid: {field}.", details={"fields": {field: [message]}})
