"""What the review service tells."""

from xlcfi.events.payloads.base import Event, Id, LongText, Rating, UserId, payload_of
from xlcfi.events.topics import Topic


@payload_of(Topic.REVIEW_CREATED)
class ReviewCreated(Event, frozen=True, kw_only=True):
    """A review was written. rating: 1 to 5."""

    review_id: Id
    product_id: Id
    rating: Rating
    user_id: UserId | None = None
    content: LongText = ""
