"""Asking as Java does, and a small generated market, made once for all the tests that only look at it."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from tests.analytics.sales import by_hand
from tests.analytics.telling import fold, rebuild, refund, tell
from tests.factories import Market
from xlcfi.api.tokens import internal_token_mint
from xlcfi.cache.json_codec import json_decode
from xlcfi.clock import SEOUL

FIRST, LAST = date(2023, 11, 21), date(2025, 11, 20)


@pytest.fixture
def ask(settings):
    """Ask a path as a service, or as a gateway user: (status, data or error)."""
    settings.RATE_LIMIT_PER_MINUTE = 0

    def asked(path, *, user=None, roles="SELLER", **parameters):
        headers = {"X-Internal-Token": internal_token_mint()}
        if user is not None:
            headers |= {"X-User-Id": str(user), "X-User-Roles": roles}
        parameters = {name.rstrip("_"): value for name, value in parameters.items()}
        answer = Client().get(f"/v1/analytics/{path}", parameters, headers=headers)
        body = json_decode(answer.content)
        return answer.status_code, body["data"] if body["success"] else body["error"]

    return asked


@dataclass(frozen=True)
class Whole:
    """The market as its rows and refund events tell it."""

    entries: list[by_hand.Entry]
    market: Market

    def measures(self, first, last, *, per_product=False, **wanted):
        return by_hand.measures(by_hand.within(self.entries, first, last, **wanted), per_product=per_product)


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Whole]:
    """A market of 3,000 orders in our tables, by backfill and by the events of its refunds. To be looked at only."""
    from django.conf import settings

    assert connection.settings_dict["NAME"] == connection.settings_dict["TEST"]["NAME"], "no test database was made"
    files = tmp_path_factory.mktemp("market")
    settle, settings.REBUILD_SETTLE_SECONDS = settings.REBUILD_SETTLE_SECONDS, 0
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            when = ("--until", f"{LAST}T12:00")
            call_command("demo_market", "--scale", "0.01", "--seed", "4", *when, "--no-images", "--out", str(files))
            rebuild()
            told = told_refunds(files / "refunds.jsonl.gz")
            tell(*[event(number, *refund) for number, refund in enumerate(told)])
            fold()
            yield Whole(by_hand.entries(told + by_hand.undone({refund[0] for refund in told})), Market())
            transaction.set_rollback(True)
    finally:
        settings.REBUILD_SETTLE_SECONDS = settle


def event(number, order, moment, amount, named):
    """The refund as the handlers get it."""
    at = moment.replace(tzinfo=SEOUL)
    return refund(order_id=order, at=at, amount=amount, refund_id=number + 1, items=tuple(named.items()))


def told_refunds(path):
    """(order, moment, amount, {product: quantity}) of each refund in the file, read without the platform's decoder."""
    refunds = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            value = json.loads(line)["value"]
            while isinstance(value, str):
                value = json.loads(value, parse_float=Decimal)
            amounts = (value.get(name) for name in ("amount", "total", "totalAmount"))
            amount = next((amount for amount in amounts if amount is not None), None)
            refunds[value["refundId"]] = (
                value["orderId"],
                seoul_moment(value["timestamp"]),
                None if amount is None else Decimal(str(amount)),
                {item["productId"]: item["quantity"] for item in value.get("items") or []},
            )
    return list(refunds.values())


def seoul_moment(stamp):
    """What Seoul's clock showed at a timestamp in any of its spellings."""
    if isinstance(stamp, list):
        return datetime(*stamp[:6])  # noqa: DTZ001 - Seoul's wall clock
    if isinstance(stamp, (int, float, Decimal)):
        seconds = float(stamp) / (1000 if stamp > 10**11 else 1)
        return datetime.fromtimestamp(seconds, SEOUL).replace(tzinfo=None)
    moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return moment if moment.tzinfo is None else moment.astimezone(SEOUL).replace(tzinfo=None)
