"""A product as the Java product service writes it, read into the contract's shape."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypedDict

from xlcfi.upstream.errors import BadAnswer
from xlcfi.upstream.json_naming import envelope_open, snake_keys

LARGEST_ID = 2**63 - 1
LARGEST_PRICE = Decimal(10) ** 15
LONGEST_TEXT = 2000
_CENT = Decimal("0.01")


class ProductDetail(TypedDict):
    """The contract's `product`: null where unknown."""

    id: int
    name: str | None
    price: Decimal | None
    currency: str | None
    category_id: int | None
    category_name: str | None
    seller_id: int | None
    stock: int | None
    status: str | None
    image_url: str | None


def product_unknown(product_id: int) -> ProductDetail:
    """What is known of a product that nobody knows: its id."""
    return {
        "id": product_id,
        "name": None,
        "price": None,
        "currency": None,
        "category_id": None,
        "category_name": None,
        "seller_id": None,
        "stock": None,
        "status": None,
        "image_url": None,
    }


def products_read(answer: Any) -> dict[int, ProductDetail]:
    """The products of a batch answer by id: enveloped or bare, a list or `{"products": […]}`, snake or camel keys.

    What is no product is left out. Raises BadAnswer when there is no list of products at all.
    """
    data = envelope_open(answer)
    if isinstance(data, dict):
        data = data.get("products", data.get("items", data.get("content")))
    if not isinstance(data, list):
        raise BadAnswer("no list of products in the answer")
    found = (product_read(item) for item in data)
    return {product["id"]: product for product in found if product is not None}


def product_read_one(answer: Any) -> ProductDetail:
    """The product of a single answer, enveloped or bare. Raises BadAnswer when there is none."""
    data = envelope_open(answer)
    if isinstance(data, dict) and isinstance(data.get("product"), dict):
        data = data["product"]
    product = product_read(data)
    if product is None:
        raise BadAnswer("no product in the answer")
    return product


def product_read(item: Any) -> ProductDetail | None:
    """One product; a field of a wrong type is null. None when it is no product: not an object, or without an id."""
    if not isinstance(item, dict):
        return None
    fields = snake_keys(item)
    product_id = _id(fields.get("id", fields.get("product_id")))
    if product_id is None:
        return None
    category, seller = _object(fields.get("category")), _object(fields.get("seller"))
    return {
        "id": product_id,
        "name": _text(_first(fields, "name", "product_name")),
        "price": _price(fields.get("price")),
        "currency": _text(fields.get("currency")),
        "category_id": _id(_first(fields, "category_id") or category.get("id")),
        "category_name": _text(_first(fields, "category_name") or category.get("name")),
        "seller_id": _id(_first(fields, "seller_id") or seller.get("id")),
        "stock": _whole(_first(fields, "stock", "stock_quantity", "quantity")),
        "status": _text(fields.get("status")),
        "image_url": _text(_first(fields, "image_url", "main_image_url", "thumbnail_url")) or _image(fields),
    }


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _object(value: Any) -> dict[str, Any]:
    return snake_keys(value) if isinstance(value, dict) else {}


def _image(fields: Mapping[str, Any]) -> str | None:
    images = _first(fields, "images", "image_urls")
    first = images[0] if isinstance(images, list) and images else None
    return _text(_first(snake_keys(first), "url", "image_url") if isinstance(first, dict) else first)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _id(value: Any) -> int | None:
    number = _whole(value)
    return number if number is not None and 0 < number <= LARGEST_ID else None


def _price(value: Any) -> Decimal | None:
    number = _number(value)
    if number is None or not 0 <= number < LARGEST_PRICE:
        return None
    # Two decimals, as the column has: the tables' price and Java's are then the same text.
    return number.quantize(_CENT, rounding=ROUND_HALF_UP)


def _number(value: Any) -> Decimal | None:
    # Numbers can come as text (JavaScript loses digits above 2^53). True is no number.
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    # Without this bound 1E+999999999 would be written out digit by digit.
    return number if number.is_finite() and abs(number.adjusted()) <= 30 else None
