"""The whole of what must be there after a list of events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.letters import analyses, dead_letter_topics, dead_letters, inbox, published
from tests.oracle.lists import personal_lists
from tests.oracle.orders import delivery_facts, ledger, refund_facts, retraining_orders, sales, sums
from tests.oracle.people import active_days, behaviors, preferences, profiles
from tests.oracle.taste import baskets, pairs, product_orders, ratings
from tests.oracle.told import Told

State = dict[str, dict[Any, Any]]
"""section -> key -> value:

inbox                 (group, event id) -> 1
dead_letters          (group, record id) -> (cause, payload)
dead_letter_topics    (group, topic, partition, offset) of each dead letter -> [(partition, payload)] of its messages
user_behaviors        (type, subject without a refund's reference, or event id) -> [(user, moment, essentials)] sorted
user_profiles         user -> 1
category_preferences  (user, category) -> paid orders times products of it
active_days           (user, Seoul day) -> 1
order_facts           order -> (buyer, currency, total, Seoul day), paid orders only
refund_facts          order -> [(Seoul day, amount or None)] sorted
delivery_facts        (order, delivery or 0) -> (started, completed)
retraining_orders     order -> 1
sales_days            (currency, day) -> (gross, discounts, refunds, cancelled, orders, units)
sales_hours           (currency, day, hour) -> the same
country_sales_days    (currency, day, buyer's country or "") -> the same
product_sales_days    (currency, day, product) -> the same, of all sellers: who sold it, only the rows tell
product_sales_months  (currency, first day, product) -> the same
baskets               order -> (user, (product, …))
co_purchase_products  product -> orders
co_purchase_pairs     (product, other) -> orders
user_item_matrix      (user, product) -> rating
review_analyses       review -> 1
published             review -> distinct event ids of review.analyzed
lists                 user -> (algorithm, [(product, score), …])
"""


@dataclass(frozen=True)
class World:
    """What the platform's tables say. categories: product -> category. countries: user -> country."""

    categories: Mapping[int, int] = field(default_factory=dict)
    countries: Mapping[int, str] = field(default_factory=dict)


def expected(events: Iterable[Told], world: World | None = None) -> State:
    """What must be there after `events`, in whatever order they came and however often."""
    told = list(events)
    world = world or World()
    sold = sales(told)
    happened = ledger(told, sold)
    matrix = ratings(told)
    found = baskets(told)
    return {
        "inbox": inbox(told),
        "dead_letters": dead_letters(told),
        "dead_letter_topics": dead_letter_topics(told),
        "user_behaviors": behaviors(told),
        "user_profiles": profiles(told),
        "category_preferences": preferences(sold, world.categories),
        "active_days": active_days(told, sold),
        "order_facts": {s.order: (s.buyer, s.currency, s.total, s.day) for s in sold.values()},
        "refund_facts": refund_facts(told),
        "delivery_facts": delivery_facts(told),
        "retraining_orders": retraining_orders(told),
        "sales_days": sums(happened, lambda h: (h.currency, h.day)),
        "sales_hours": sums(happened, lambda h: (h.currency, h.day, h.hour)),
        "country_sales_days": sums(happened, lambda h: (h.currency, h.day, world.countries.get(h.buyer, ""))),
        "product_sales_days": sums(happened, lambda h: (h.currency, h.day, h.product)),
        "product_sales_months": sums(happened, lambda h: (h.currency, h.day.replace(day=1), h.product)),
        "baskets": found,
        "co_purchase_products": product_orders(found),
        "co_purchase_pairs": pairs(found),
        "user_item_matrix": matrix,
        "review_analyses": analyses(told),
        "published": published(told),
        "lists": personal_lists(matrix, product_orders(found), pairs(found)),
    }
