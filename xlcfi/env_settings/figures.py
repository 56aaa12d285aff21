"""Environment variables: what is counted, recommended and learned."""

from xlcfi import env_kinds as kind
from xlcfi.env_settings.setting import Setting

FIGURES: tuple[Setting, ...] = (
    Setting(
        "REBUILD_SETTLE_SECONDS",
        kind.integer(0, 86_400),
        "900",
        "How old a payment must be before the tables are believed rather than the events.",
    ),
    Setting(
        "RECONCILE_EVERY_MINUTES",
        kind.integer(0, 1_440),
        "10",
        "How often the consumers look for what no event told. 0: never; then `manage.py reconcile` has to.",
    ),
    Setting(
        "RECONCILE_LAG_MINUTES",
        kind.integer(1, 10_080),
        "15",
        "How far such a look goes back behind the last one: the longest transaction of the Java services.",
    ),
    Setting(
        "CO_PURCHASE_LARGEST_BASKET",
        kind.integer(2, 2_000),
        "500",
        "Orders of more distinct products count for their products, but not for what is bought together.",
    ),
    Setting(
        "PRODUCT_INDEXER_STARTS",
        kind.flag(),
        "true",
        "Whether consumers start the process that tokenizes new products' texts; false where "
        "`manage.py index_products` runs by itself.",
    ),
    Setting(
        "DEMAND_FORECASTER_STARTS",
        kind.flag(),
        "true",
        "Whether consumers start the process that forecasts every product once a day; false where "
        "`manage.py forecast_demand` runs by itself.",
    ),
    Setting(
        "EXPOSURE_FLUSH_SECONDS",
        kind.number(0, 60),
        "0.5",
        "Seconds after which what was recommended to whom is written down. 0: only when asked, for tests.",
    ),
    Setting(
        "ANALYTICS_EXCLUDED_USER_IDS",
        kind.whole_numbers(),
        "",
        "Accounts that the funnel leaves out: known bots, testers, staff. A rebuild applies a change to the past.",
        looks="7,42",
    ),
    Setting(
        "DELIVERY_PROMISE_DAYS",
        kind.integer(1, 60),
        "3",
        "Days within which a parcel is promised to arrive; what takes longer counts as late.",
    ),
    Setting(
        "MODEL_CACHE_DIR",
        kind.text(),
        "",
        "Directory of this machine's copies of models; empty: var/models, or a temporary one where that can't be "
        "written.",
        looks="/var/cache/xlcfi-models",
    ),
    Setting(
        "MODEL_FILES_KEPT",
        kind.integer(1, 1_000),
        "5",
        "Of each model, how many retired versions, and how many kept aside, keep their file: it takes one to serve "
        "again.",
    ),
)
