"""What is bought together, and who likes what."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import permutations

from tests.oracle.orders import grouped
from tests.oracle.people import snake
from tests.oracle.told import Told, applied, earliest

GROUP = "recommendation-group"
PURCHASE, VIEW = 5.0, 1.0
RATING_OF_TYPE = {"add_to_cart": 4.0, "cart_add": 4.0, "wishlist": 3.0, "share": 2.5, "click": 2.0, "view": 1.0}
LARGEST_BASKET = 100

Basket = tuple[int, tuple[int, ...]]


def baskets(events: Iterable[Told]) -> dict[int, Basket]:
    """order -> (buyer, distinct products ascending), of every order that a payment tells of."""
    paid = (told for told in applied(events, GROUP) if told.kind == "payment.completed")
    found = {}
    for order, tellings in grouped(paid, lambda told: told.body["orderId"]).items():
        told = earliest(tellings)
        products = {item["productId"] for item in told.body.get("items") or ()}
        found[order] = (told.body["userId"], tuple(sorted(products)))
    return found


def product_orders(found: Mapping[int, Basket]) -> dict[int, int]:
    """product -> paid orders that hold it."""
    return dict(Counter(product for _, products in found.values() for product in products))


def pairs(found: Mapping[int, Basket]) -> dict[tuple[int, int], int]:
    """(product, other) -> paid orders that hold both, in both directions."""
    small = (products for _, products in found.values() if len(products) <= LARGEST_BASKET)
    return dict(Counter(pair for products in small for pair in permutations(products, 2)))


def ratings(events: Iterable[Told]) -> dict[tuple[int, int], float]:
    """(user, product) -> the highest of what happened between them."""
    told = list(events)
    found: dict[tuple[int, int], float] = {}

    def happened(user: int | None, product: int | None, rating: float | None) -> None:
        if user and product and rating:
            found[user, product] = max(rating, found.get((user, product), 0.0))

    for user, products in baskets(told).values():
        for product in products:
            happened(user, product, PURCHASE)
    for event in applied(told, GROUP):
        user, product = event.body.get("userId"), event.body.get("productId")
        if event.kind == "product.viewed":
            happened(user, product, VIEW)
        elif event.kind == "user.behavior":
            happened(user, product, RATING_OF_TYPE.get(snake(event.body["behaviorType"])))
    return found
