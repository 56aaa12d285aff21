"""Who buys and sells, and what is sold."""

from datetime import datetime
from typing import Any

from tests.factories.rows import Amount, Rows
from xlcfi import clock


class Catalogue(Rows):
    """Members, categories, products and their images."""

    def user(
        self,
        role: str = "BUYER",
        *,
        name: str | None = None,
        email: str | None = None,
        status: str = "ACTIVE",
        country_code: str = "KR",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        last_login_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        number = next(self._number)
        created_at = created_at or clock.now()
        return self.row(
            "users",
            email=email or f"member{number}@example.com",
            name=name or f"Member {number}",
            role=role,
            status=status,
            country_code=country_code,
            last_login_at=last_login_at,
            created_at=created_at,
            updated_at=updated_at or created_at,
            **columns,
        )

    def category(self, name: str | None = None, *, parent_id: int | None = None, **columns: Any) -> int:
        return self.row("categories", name=name or f"Category {next(self._number)}", parent_id=parent_id, **columns)

    def product(
        self,
        *,
        seller_id: int | None = None,
        category_id: int | None = None,
        name: str | None = None,
        description: str | None = None,
        price: Amount = 10_000,
        currency: str = "KRW",
        stock: int = 100,
        status: str = "ON_SALE",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        created_at = created_at or clock.now()
        return self.row(
            "products",
            seller_id=self.user("SELLER") if seller_id is None else seller_id,
            category_id=self.category() if category_id is None else category_id,
            name=name or f"Product {next(self._number)}",
            description=description,
            price=price,
            currency=currency,
            stock=stock,
            status=status,
            created_at=created_at,
            updated_at=updated_at or created_at,
            **columns,
        )

    def image(self, product_id: int, *, url: str | None = None, sort_order: int = 0, **columns: Any) -> int:
        url = url or f"https://img.example.com/{product_id}/{next(self._number)}.jpg"
        return self.row("product_images", product_id=product_id, url=url, sort_order=sort_order, **columns)
