"""Tells events to the app's handlers as the consumer does, and does the work that follows."""

import itertools
import json

from django.db import connection, transaction

from recommendations.consumers import record_product_changes, record_purchases
from recommendations.remembered import every
from recommendations.services.co_purchase import counts_fold
from recommendations.services.rankers import model_serving
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment
from tests.factories import seoul
from xlcfi.artifacts.serving import serving_forget
from xlcfi.cache.redis import redis_client
from xlcfi.events import Batch, ProductChanged, ProductViewed, UserBehavior
from xlcfi.events.followups import followups_add, followups_run

NOON = seoul("2025-02-28 12:00:00")
_numbers = itertools.count(1)


def bought(user, *products, order=None):
    return payment(
        order_id=order or 1_000_000 + next(_numbers),
        user_id=user,
        amount=100 * len(products),
        items=[(product, 1, 100) for product in products],
        at=NOON,
    )


def viewed(user, product):
    return ProductViewed(event_id=f"view-{next(_numbers)}", occurred_at=NOON, user_id=user, product_id=product)


def acted(user, product, kind):
    return UserBehavior(
        event_id=f"act-{next(_numbers)}", occurred_at=NOON, user_id=user, product_id=product, behavior_type=kind
    )


def changed(product):
    return ProductChanged(event_id=f"change-{next(_numbers)}", occurred_at=NOON, product_id=product)


def shelf(*products):
    """Puts products with these numbers on sale, each in a category of its own, so that nothing but what is bought says
    anything about them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users (id, email, name, role, status, country_code, created_at, updated_at) "
            "VALUES (900001, 's@example.com', 's', 'SELLER', 'ACTIVE', 'KR', now(), now()) ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO categories (id, name) SELECT 900000 + id, 'c' || id FROM unnest(%(ids)s) AS id "
            "ON CONFLICT DO NOTHING",
            {"ids": list(products)},
        )
        cursor.execute(
            "INSERT INTO products (id, seller_id, category_id, name, price, currency, stock, status, created_at, "
            "updated_at) SELECT id, 900001, 900000 + id, 'p' || id, 100, 'KRW', 5, 'ON_SALE', '2025-01-01', now() "
            "FROM unnest(%(ids)s) AS id ON CONFLICT DO NOTHING",
            {"ids": list(products)},
        )


def remembered_for_long(monkeypatch):
    """From now on this process asks for nothing again that it keeps for seconds."""
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 3_600.0)
    serving_forget()
    model_serving()
    for each in every:
        each.get()
        monkeypatch.setattr(each, "_seconds", 3_600.0)


def tell(*events):
    """One batch for each handler, each with its follow-ups in its transaction."""
    changes = [event for event in events if isinstance(event, ProductChanged)]
    others = [event for event in events if not isinstance(event, ProductChanged)]
    for handle, told in ((record_purchases, others), (record_product_changes, changes)):
        if told:
            with transaction.atomic():
                batch = Batch(told)
                handle(batch)
                followups_add(jobs=batch.queued)


def follow_up():
    """Does the queued work that is due."""
    while followups_run(limit=100, seconds=30):
        pass


def queued():
    """(job, its arguments) of what waits in the queue."""
    return [(job, json.loads(args)) for job, args in rows("SELECT job, args FROM events_followup ORDER BY id")]


def fold():
    while counts_fold():
        pass


def ratings():
    return {row[:2]: row[2] for row in rows("SELECT user_id, product_id, rating FROM user_item_matrix")}


def kept(user):
    """The list of `user` in Redis; None where there is none."""
    raw = redis_client().get(f"recommendations:user:{user}")
    return None if raw is None else json.loads(raw)


def listed(user):
    """(algorithm, [(product, score)]) of the list of `user` in Redis."""
    found = kept(user)
    return found["algorithm"], [(each["product_id"], each["score"]) for each in found["recommendations"]]
