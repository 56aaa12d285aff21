"""What people do before they buy, as ratings: how much each act says about wanting the product."""

from collections.abc import Iterable
from functools import lru_cache

from xlcfi.events import ProductViewed, UserBehavior

Pair = tuple[int, int]

# Of 5.0, which is a purchase. Other acts (a search, taking something out of the cart) say nothing about one product
# that these could hold, and give no rating.
RATINGS = {"add_to_cart": 4.0, "wishlist": 3.0, "share": 2.5, "click": 2.0, "view": 1.0}
_SPELLINGS = {
    "add_to_cart": (
        *("addtocart", "addedtocart", "addcart", "cartadd", "cartadded", "cart", "putincart"),
        *("addtobasket", "addedtobasket", "addbasket", "basketadd", "basketadded", "basket"),
    ),
    "wishlist": (
        *("wishlist", "addtowishlist", "addedtowishlist", "addwishlist", "wishlistadd", "wishlistadded"),
        *("wish", "wished", "addwish", "wishadd", "wishadded"),
    ),
    "share": ("share", "shared"),
    "click": ("click", "clicked"),
    "view": ("view", "viewed"),
}
_RATING_BY_SPELLING = {spelling: RATINGS[act] for act, spellings in _SPELLINGS.items() for spelling in spellings}
# PRODUCT_CLICK, itemViewed, AddProductToCartEvent: what is acted on is known, only the act is asked for.
_OBJECTS = ("product", "item", "goods", "event", "user", "page", "detail")


def behavior_rating(spelling: str) -> float | None:
    """The rating that an act gives to its product, however its name is written (ADD_TO_CART, addToCart, cart.add);
    None for an act that gives none."""
    return _rating_of(spelling) if len(spelling) <= 100 else None


# Every event asks, and all ask for the same dozen.
@lru_cache(maxsize=512)
def _rating_of(spelling: str) -> float | None:
    squeezed = "".join(letter for letter in spelling.lower() if letter.isalnum())
    for word in _OBJECTS:
        squeezed = squeezed.replace(word, "")
    return _RATING_BY_SPELLING.get(squeezed)


def interests_in(events: Iterable[ProductViewed | UserBehavior]) -> dict[Pair, float]:
    """(user, product) -> the highest rating that `events` give. Visitors without a user, people who were erased
    (below 0) and acts without a product tell nothing about anybody's taste."""
    found: dict[Pair, float] = {}
    for event in events:
        if event.user_id is None or event.user_id < 0 or event.product_id is None:
            continue
        rating = RATINGS["view"] if isinstance(event, ProductViewed) else behavior_rating(event.behavior_type)
        pair = (event.user_id, event.product_id)
        if rating is not None and rating > found.get(pair, 0.0):
            found[pair] = rating
    return found
