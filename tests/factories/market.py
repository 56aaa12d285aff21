"""What surrounds an order: reviews, coupons, balances, parcels, blockchain records."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories.rows import Amount
from tests.factories.selling import Selling
from xlcfi import clock


class Market(Selling):
    """Writes rows into the Java-owned tables of the test database. Every method returns the new row's id.

    Moments are aware datetimes; where one is left out it is the present by the clock in use.
    """

    def review(
        self,
        *,
        product_id: int | None = None,
        user_id: int | None = None,
        rating: int = 5,
        content: str = "맛있어요",
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "reviews",
            product_id=self.product() if product_id is None else product_id,
            user_id=self.user() if user_id is None else user_id,
            rating=rating,
            content=content,
            created_at=created_at or clock.now(),
            **columns,
        )

    def coupon(
        self,
        *,
        name: str | None = None,
        discount_amount: Amount = 3_000,
        total_quantity: int = 100,
        issued_quantity: int = 0,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        **columns: Any,
    ) -> int:
        valid_from = valid_from or clock.now()
        return self.row(
            "coupons",
            name=name or f"Coupon {next(self._number)}",
            discount_amount=discount_amount,
            total_quantity=total_quantity,
            issued_quantity=issued_quantity,
            valid_from=valid_from,
            valid_until=valid_until or valid_from + timedelta(days=30),
            **columns,
        )

    def user_coupon(
        self,
        *,
        coupon_id: int | None = None,
        user_id: int | None = None,
        status: str = "ISSUED",
        order_id: int | None = None,
        issued_at: datetime | None = None,
        used_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "user_coupons",
            coupon_id=self.coupon() if coupon_id is None else coupon_id,
            user_id=self.user() if user_id is None else user_id,
            status=status,
            order_id=order_id,
            issued_at=issued_at or clock.now(),
            used_at=used_at,
            **columns,
        )

    def balance(
        self,
        *,
        user_id: int | None = None,
        type: str = "CHARGE",  # noqa: A002 - the column's name
        amount: Amount = 10_000,
        balance_after: Amount | None = None,
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "balance_histories",
            user_id=self.user() if user_id is None else user_id,
            type=type,
            amount=amount,
            balance_after=amount if balance_after is None else balance_after,
            created_at=created_at or clock.now(),
            **columns,
        )

    def delivery(
        self,
        order_id: int | None = None,
        *,
        status: str = "REQUESTED",
        requested_at: datetime | None = None,
        delivered_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "deliveries",
            order_id=self.paid_order() if order_id is None else order_id,
            status=status,
            requested_at=requested_at or clock.now(),
            delivered_at=delivered_at,
            **columns,
        )

    def blockchain_record(
        self,
        *,
        product_id: int | None = None,
        order_id: int | None = None,
        tx_hash: str | None = None,
        status: str = "CONFIRMED",
        created_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        return self.row(
            "blockchain_records",
            product_id=product_id,
            order_id=order_id,
            tx_hash=tx_hash or f"0x{next(self._number):064x}",
            status=status,
            created_at=created_at or clock.now(),
            **columns,
        )
