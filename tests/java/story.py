"""Events of every kind, as values for the Java classes that will carry them. What they mean is in test_events.py."""

from dataclasses import dataclass
from typing import Any

from tests.factories import Market

# Beyond what a double, and so a JSON reader in JavaScript, can tell apart.
BIG = 2**53 + 1
# The classes, by service: one has many authors.
PAYMENT = "com.xlcfi.payment.event.PaymentEvents$"
ORDER = "com.xlcfi.order.event.OrderEvents$"
PRODUCT = "com.xlcfi.product.event.ProductEvents$"
BEHAVIOR = "com.xlcfi.behavior.event.BehaviorEvents$"
REVIEW = "com.xlcfi.review.event.ReviewEvents$"
DELIVERY = "com.xlcfi.delivery.event.DeliveryEvents$"

Message = dict[str, Any]


@dataclass
class People:
    """Rows of the platform that the events speak of. big: a user whose id is BIG."""

    ann: int
    big: int
    ramen: int
    kimchi: int
    tea: int
    rice: int
    food: int
    drinks: int
    praise: int
    blame: int


PRAISE = "국물이 진하고 정말 맛있어요! 포장도 꼼꼼하고 배송이 빨라서 대만족입니다 😋"
BLAME = "최악이에요. 맛없고 배송도 늦었어요. 포장이 찢어져서 실망했습니다."


def people(market: Market) -> People:
    """The buyers, products and reviews; no order is in the tables: Spring sends before its rows are visible."""
    ann, big = market.user(), market.user(id=BIG)
    food, drinks = market.category(), market.category()
    ramen, kimchi, rice = (market.product(category_id=food) for _ in range(3))
    tea = market.product(category_id=drinks)
    praise = market.review(product_id=ramen, user_id=ann, rating=5, content=PRAISE)
    blame = market.review(product_id=kimchi, user_id=big, rating=1, content=BLAME)
    return People(ann, big, ramen, kimchi, tea, rice, food, drinks, praise, blame)


def _sent(topic: str, java_class: str, *, key: int | None = None, **fields: Any) -> Message:
    return {"topic": topic, "class": java_class, "key": None if key is None else str(key), "fields": fields}


def _item(product: int, quantity: int, price: str, name: str = "price") -> dict[str, Any]:
    return {"productId": product, "quantity": quantity, name: price}


def payments(of: People) -> list[Message]:
    """Six payments, one of them told twice, a tombstone, two refunds, a failure."""
    first = _sent(
        "payment.completed", PAYMENT + "Completed", key=7001,
        eventId="pay-1", eventType="payment.completed", timestamp="2025-11-20T23:59:59.999999999",
        paymentId=9001, orderId=7001, userId=of.ann, sellerId=3, amount="35900.00", currency="KRW",
        items=[_item(of.ramen, 2, "12900.00"), _item(of.kimchi, 1, "10100.00")],
    )  # fmt: skip
    return [
        first,
        _sent(
            "payment.completed", PAYMENT + "CompletedAsText",
            eventId="pay-2", timestamp="2025-11-21T00:00:00.000000999",
            orderId=BIG, userId=of.big, amount="1E+3", currency="KRW", items=[_item(of.ramen, 1, "1E+3")],
        ),
        _sent(
            "payment.completed", PAYMENT + "Completed", key=7003,
            eventId="pay-3", timestamp="2025-11-20T10:15:00",
            orderId=7003, userId=of.ann, amount="1E+4", items=[_item(of.tea, 1, "1E+4")],
        ),
        _sent(
            "payment.completed", PAYMENT + "Completed", key=7004,
            eventId="pay-4", eventType="payment.completed", timestamp="2025-11-21T12:00:00.5",
            orderId=7004, userId=of.ann, amount="9000", currency="KRW", items=[_item(of.ramen, 1, "9000")],
        ) | {"wrapped": True},
        _sent(
            "payment-events", PAYMENT + "CompletedOnSharedTopic",
            eventType="PAYMENT_COMPLETED", timestamp="2025-11-21T14:59:59.999999999Z",
            orderId=7005, memberId=of.big, totalAmount=12345678.0, items=[_item(of.kimchi, 3, "4115226")],
        ),
        _sent(
            "payment-events", PAYMENT + "PaymentMessage", key=7006,
            type="PaymentCompleted", timestamp="2025-11-22T00:00:00.123+09:00",
            orderId=7006, buyerId=of.ann, total="20000.00",
            items=[_item(of.ramen, 1, "12900"), _item(of.tea, 1, "7100")],
        ),
        {"topic": "payment.completed", "key": "7001"},
        first,
        _sent(
            "payment.refunded", PAYMENT + "Refunded", key=7001,
            eventId="refund-1", eventType="payment.refunded", timestamp="2025-11-23T08:00:00.123456789+09:00",
            refundId="R-1", paymentId=9001, orderId=7001, userId=of.ann, amount="10100.00", currency="KRW",
            items=[_item(of.kimchi, 1, "10100.00")],
        ),
        _sent(
            "payment-events", PAYMENT + "Refunded",
            eventId="refund-2", eventType="PAYMENT_REFUNDED", timestamp="2025-11-23T15:00:00Z",
            orderId=7003, userId=of.ann,
        ),
        _sent(
            "payment.failed", PAYMENT + "Failed", key=7010,
            eventId="failed-1", timestamp="2025-11-21T09:00:01", paymentId=9010, orderId=7010, userId=of.ann,
            amount="5000.00", currency="KRW", reason="한도 초과",
        ),
    ]  # fmt: skip


def orders(of: People) -> list[Message]:
    """Three orders placed, one of them in the oldest words; one paid and one unpaid order cancelled."""
    return [
        _sent(
            "order.created", ORDER + "Created", key=7020,
            eventId="order-1", eventType="order.created", timestamp="2025-11-20T09:00:00.000000001",
            orderId=7020, userId=of.ann, sellerId=3, total="12900.00", currency="KRW", status="PENDING",
            items=[_item(of.ramen, 1, "12900.00")],
        ),
        _sent(
            "order-events", ORDER + "OnSharedTopic",
            eventId="order-2", eventType="ORDER_CREATED", timestamp="2025-11-20T09:30:00",
            orderId=7021, memberId=of.big, totalAmount="1E+3", orderItems=[_item(of.tea, 2, "500", "unitPrice")],
        ),
        _sent(
            "order.completed", ORDER + "Completed",
            orderId=7022, userId=of.ann, total="7000", timestamp="2025-11-20T11:00:00",
        ),
        _sent(
            "order.cancelled", ORDER + "Cancelled", key=7004,
            eventId="cancel-1", timestamp="2025-11-24T12:00:00.25+09:00", orderId=7004, userId=of.ann,
            total="9000", reason="품절",
        ),
        _sent(
            "order-events", ORDER + "OnSharedTopic", key=7020,
            eventId="cancel-2", eventType="ORDER_CANCELLED", timestamp="2025-11-24T13:00:00",
            orderId=7020, memberId=of.ann,
        ),
    ]  # fmt: skip


def browsing(of: People) -> list[Message]:
    """Views, one by a visitor; a search, a cart, a wish; two products that changed."""
    return [
        _sent(
            "product.viewed", PRODUCT + "Viewed", key=of.rice,
            eventId="view-1", eventType="product.viewed", timestamp="2025-11-20T08:00:00",
            productId=of.rice, userId=of.ann, sessionId="s-1",
        ),
        _sent(
            "product.viewed", PRODUCT + "Viewed",
            eventId="view-2", eventType="product.viewed", timestamp="2025-11-20T08:00:01.000001",
            productId=of.ramen, sessionId="s-2",
        ),
        _sent(
            "product-events", PRODUCT + "OnSharedTopic",
            eventId="view-3", type="PRODUCT_VIEWED", timestamp="2025-11-20T00:00:00Z",
            productId=of.rice, userId=of.big,
        ),
        _sent(
            "user.behavior", BEHAVIOR + "UserBehavior",
            eventId="behavior-1", timestamp="2025-11-20T08:10:00", userId=of.big, behaviorType="ADD_TO_CART",
            productId=of.tea, data={"quantity": 3, "price": 4900.5},
        ),
        _sent(
            "user.behavior", BEHAVIOR + "SnakeCase",
            event_id="behavior-2", timestamp="2025-11-20T08:20:00", user_id=of.ann, behavior_type="wishlist",
            product_id=of.rice,
        ),
        _sent(
            "user.behavior", BEHAVIOR + "UserBehavior",
            eventId="behavior-3", timestamp="2025-11-20T08:30:00", userId=of.ann, behaviorType="search",
            keyword="매운 라면 🌶", data={"filters": {"spicy": True, "max": None}},
        ),
        _sent("product.changed", PRODUCT + "Changed",
              eventId="changed-1", timestamp="2025-11-20T07:00:00", productId=of.ramen, changeType="UPDATED"),
        _sent("product-events", PRODUCT + "OnSharedTopic",
              eventId="changed-2", type="PRODUCT_CHANGED", timestamp="2025-11-20T00:00:00Z", productId=of.tea,
              changeType="HIDDEN"),
    ]  # fmt: skip


def parcels() -> list[Message]:
    """A parcel that left and came, and one that only came."""
    return [
        _sent("delivery.started", DELIVERY + "Changed", key=7001,
              eventId="parcel-1", eventType="delivery.started", timestamp="2025-11-22T09:00:00",
              orderId=7001, deliveryId=501, status="IN_TRANSIT"),
        _sent("delivery-events", DELIVERY + "OnSharedTopic",
              eventId="parcel-2", eventType="DeliveryCompleted", timestamp="2025-11-23T10:30:00.125+09:00",
              orderId=7001, deliveryId=501, status="DELIVERED"),
        _sent("delivery.completed", DELIVERY + "Changed", key=BIG,
              eventId="parcel-3", eventType="delivery.completed", timestamp="2025-11-24T18:00:00.000001",
              orderId=BIG, status="DELIVERED"),
    ]  # fmt: skip


def review(number: int, product: int, user: int, rating: int, content: str, review_id: int) -> Message:
    """A review that was written."""
    return _sent(
        "review.created", REVIEW + "Created", key=review_id,
        eventId=f"review-{number}", eventType="review.created", timestamp="2025-11-20T21:00:00.000000123",
        reviewId=review_id, productId=product, userId=user, rating=rating, content=content,
    )  # fmt: skip


def reviews(of: People) -> list[Message]:
    """Praise, blame, and praise whose row is not there yet."""
    return [
        review(1, of.ramen, of.ann, 5, PRAISE, of.praise),
        review(2, of.kimchi, of.big, 1, BLAME, of.blame),
        review(3, of.tea, of.ann, 5, PRAISE, BIG),
    ]


def poison(of: People) -> list[Message]:
    """What can't be applied: a user that Java never set, no JSON at all, no product."""
    return [
        _sent(
            "payment.completed", PAYMENT + "Completed", key=7101,
            eventId="bad-1", eventType="payment.completed", timestamp="2025-11-20T12:00:00",
            orderId=7101, userId=0, amount="1000", items=[],
        ) | {"partition": 2},
        {"topic": "payment.completed", "partition": 1, "text": "김치 <xml/>"},
        _sent(
            "product.viewed", PRODUCT + "Viewed", key=1,
            eventId="bad-3", eventType="product.viewed", timestamp="2025-11-20T12:00:00", userId=of.ann,
        ) | {"partition": 1},
    ]  # fmt: skip
