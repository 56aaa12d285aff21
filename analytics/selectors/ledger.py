"""What the ledger holds of one order."""

from collections.abc import Sequence

from analytics.models import LedgerEntry, RefundFact


def order_entries(*, order_id: int) -> Sequence[LedgerEntry]:
    """Everything that happened to the order, as it happened; of one hour sales first, then discounts and refunds."""
    kinds = [kind for kind, _ in LedgerEntry.KINDS]
    return sorted(
        LedgerEntry.objects.filter(order_id=order_id),
        key=lambda entry: (entry.day, entry.hour, kinds.index(entry.kind), entry.ref, entry.product_id),
    )


def order_refunds(*, order_id: int) -> Sequence[RefundFact]:
    """Whatever was told of money that went back, the earliest first."""
    return list(RefundFact.objects.filter(order_id=order_id).order_by("day", "hour", "ref"))
