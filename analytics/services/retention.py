"""How long single behaviours are kept, and what that means for what is made from them.

What was counted from them stays: active days, the ledger, bought-together counts and preferences have rows of their
own, and orders and refunds are claimed in `order_facts`, `refund_facts` and `baskets`, which nobody prunes. A behaviour
from before what was pruned is not written again when its topic is read from the beginning.
"""

from django.conf import settings

from xlcfi.events import PruneStep

BEHAVIORS = PruneStep(
    name="behaviors",
    table="user_behaviors",
    age="created_at",
    retention="BEHAVIOR_RETENTION_DAYS",
    kept=lambda: settings.BEHAVIOR_RETENTION_DAYS,
    indexed=True,
)
# SQL: from this moment on every behaviour that was ever written is there; before it some may be gone. It is a midnight
# in Seoul, and it is what was really pruned, not what the setting says today.
KEPT_SINCE = (
    f"(SELECT COALESCE(MAX(before), '-infinity'::timestamptz) FROM events_prunerun WHERE name = '{BEHAVIORS.name}')"
)
# The same as a day in Seoul: the days from then on can be told from behaviours, the days before it only be kept.
KEPT_SINCE_DAY = f"({KEPT_SINCE} AT TIME ZONE 'Asia/Seoul')::date"
