"""What analysts would have told a market of their own: rates, costs, targets, a saved view. Once, for the demo.

Run by `make demo` as a process of its own, with the platform's environment. Everything goes through the services that
the admin, the API and the commands use; asked for again it changes nothing.
"""

import math
import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")

SOURCE = "demo"
RATES = {"USD": (1_385.0, 24.0), "JPY": (9.20, 0.18), "EUR": (1_510.0, 20.0), "CNY": (191.0, 2.5)}
"""Currency -> the won that one unit was worth about, and how far that swung."""
RATE_DAYS = 400
AGREEMENT_DAYS = 35
MISSED_BEYOND, REACHABLE = Decimal("1.15"), Decimal("1.02")
"""The targets: last month's is so much beyond what came, this month's about what last month brought."""


def main() -> None:
    """All of it, a line for each part."""
    import django

    django.setup()
    from xlcfi import clock

    analysts_work(clock.today())


def analysts_work(today: date) -> None:
    """Everything that people would have done by now; what is there already stays."""
    from analytics.services.goals.anomalies import anomalies_find
    from analytics.services.reconcile import agreement_look

    print("1/5 rates and costs", flush=True)
    _rates(today)
    _costs()
    print("2/5 anomalies", flush=True)
    anomalies_find(force=True)
    print("3/5 targets", flush=True)
    _targets(today)
    print("4/5 agreement", flush=True)
    agreement_look(days=[today - timedelta(days=number) for number in range(AGREEMENT_DAYS)])
    print("5/5 saved view", flush=True)
    _view()


def _rates(today: date) -> None:
    """A rate for each day, swinging: no real ones, and said to be the demo's."""
    from analytics.services.rates import ToldRate, rates_record

    def told() -> Iterator[ToldRate]:
        for currency, (middle, swing) in RATES.items():
            for back in range(RATE_DAYS):
                day = today - timedelta(days=back)
                # Two waves of different length: the same day has the same rate whenever it is told.
                wave = math.sin(day.toordinal() / 37) * 0.7 + math.sin(day.toordinal() / 5.3) * 0.3
                yield ToldRate(currency, day, Decimal(str(round(middle + swing * wave, 4))), SOURCE)

    rates_record(rates=told(), apply=True)


def _costs() -> None:
    """What a unit of nine products in ten costs, as a file of costs would tell it."""
    from ml.services.planning import planning_import
    from xlcfi.platform.models import Product

    products = Product.objects.order_by("pk").values_list("pk", "price", "currency")
    lines = ["product_id,unit_cost,currency,lead_time_days"]
    lines += [
        f"{number},{round(price * (52 + number % 5 * 6) / 100, 2)},{currency},{2 + number % 9}"
        for number, price, currency in products
        if number % 10 and price
    ]
    planning_import(lines=lines, source=SOURCE, apply=True)


def _targets(today: date) -> None:
    """Last month's, missed, and this month's, in reach."""
    from analytics.models import Target
    from analytics.selectors.goals.targets import target_states
    from analytics.services.goals.targets import TargetWanted, target_make

    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    asked = Target(
        metric="net_revenue", currency="KRW", scope="all", period="month", amount=1, first=last_month,
        last=this_month - timedelta(days=1),
    )  # fmt: skip
    brought = max(target_states([asked])[0].progress.actual, Decimal(1_000_000))
    for first, times in ((last_month, MISSED_BEYOND), (this_month, REACHABLE)):
        amount = (brought * times).quantize(Decimal("1e5"))
        name = f"{first.month}월 순매출"
        if not Target.objects.filter(name=name, first=first).exists():
            target_make(
                wanted=TargetWanted(
                    name=name, metric="net_revenue", currency="KRW", period="month", first=first, amount=amount
                ),
                owner=SOURCE,
            )


def _view() -> None:
    """One view that the admin's user shares."""
    from django.contrib.auth.models import User

    from analytics.services.goals.saved_views import view_save

    owner = User.objects.filter(is_superuser=True).order_by("pk").first()
    if owner is not None:
        view_save(user=owner, name="최근 90일 매출", address="/admin/?period=quarter", shared=True)


if __name__ == "__main__":
    main()
