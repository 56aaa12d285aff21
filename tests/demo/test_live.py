"""The live feeder: what it writes and what it tells agree."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from threading import Event

import psycopg2
import pytest
from django.db import connection

from xlcfi.demo.live import FileSink, Shop, live_run


def _own_connection():
    return psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})


@pytest.fixture
def goods(transactional_db, market):
    seller = market.user(role="SELLER")
    market.user(role="BUYER")
    return [market.product(seller_id=seller, price=10_000 + 100 * n, stock=5) for n in range(4)]


@pytest.fixture
def shop_and_sink(goods, tmp_path):
    own, sink, draw = _own_connection(), FileSink(tmp_path / "live.jsonl"), random.Random(3)
    yield Shop(connection=own, schema="public", sink=sink, draw=draw), sink
    own.close()


def test_orders_are_in_the_tables_and_told(shop_and_sink, tmp_path):
    shop, sink = shop_and_sink
    assert live_run(shop=shop, sink=sink, per_second=1e6, stop=Event(), draw=random.Random(1), orders=12) == 12
    lines = [json.loads(line) for line in (tmp_path / "live.jsonl").read_text(encoding="utf-8").splitlines()]
    payments = [json.loads(line["value"]) for line in lines if line["topic"] == "payment.completed"]
    told = {payment["orderId"]: payment for payment in payments}
    with connection.cursor() as cursor:
        cursor.execute(
            "select o.id, o.total, o.status, p.paid_at,"
            " (select sum(quantity) from order_items i where i.order_id = o.id)"
            " from orders o join payments p on p.order_id = o.id"
        )
        rows = cursor.fetchall()
        cursor.execute("select min(stock) from products")
        assert cursor.fetchone()[0] >= 0
    assert len(rows) == 12
    assert {row[0] for row in rows if row[3]} == set(told)
    for order, total, status, paid_at, units in rows:
        if paid_at:
            assert status == "CONFIRMED"
            assert told[order]["amount"] == float(total)
            assert told[order]["timestamp"] == paid_at.isoformat(timespec="microseconds")
            assert sum(item["quantity"] for item in told[order]["items"]) == units
    topics = [line["topic"] for line in lines]
    assert topics.count("order.created") == 12
    assert "product.viewed" in topics


def test_an_empty_platform_is_refused(transactional_db, tmp_path):
    own = _own_connection()
    with pytest.raises(LookupError, match="demo_market"):
        Shop(connection=own, schema="public", sink=FileSink(tmp_path / "x"), draw=random.Random(1))
    own.close()


def test_a_rate_that_is_not_positive_is_refused(shop_and_sink):
    shop, sink = shop_and_sink
    with pytest.raises(ValueError, match="rate"):
        live_run(shop=shop, sink=sink, per_second=0, stop=Event(), draw=random.Random(1))


def test_the_command_stops_cleanly_on_sigterm(goods, tmp_path):
    out = tmp_path / "live.jsonl"
    parts = connection.settings_dict
    url = f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DEPLOYMENT": "development", "KAFKA_BOOTSTRAP_SERVERS": ""}
    command = [sys.executable, "manage.py", "demo_live", "--out", str(out), "--rate", "20"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None and not (out.exists() and out.stat().st_size):
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    told, complaint = process.communicate(timeout=20)
    assert process.returncode == 0, complaint
    assert b"orders placed" in told
    assert all(json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
