"""What people do before they buy."""

from xlcfi.events.payloads.base import Data, Event, Id, LongText, Name, Text, UserId, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.PRODUCT_VIEWED)
class ProductViewed(Event, frozen=True, kw_only=True):
    """Someone opened a product page. user_id: None for a visitor who is not signed in."""

    product_id: Id
    user_id: UserId | None = None
    session_id: Text | None = None


@payload_of(Topic.USER_BEHAVIOR)
class UserBehavior(Event, frozen=True, kw_only=True):
    """A search, click, add_to_cart, wishlist, share, … behavior_type: as the producer spells it.

    data: anything, at most 20 levels deep. Its numbers are int (64 bits) or Decimal (at most 100 digits).
    """

    behavior_type: Name
    user_id: UserId | None = None
    product_id: Id | None = None
    session_id: Text | None = None
    keyword: LongText | None = None
    data: Data | None = None
