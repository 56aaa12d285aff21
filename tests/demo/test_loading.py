"""The market in the database."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.demo.conftest import UNTIL
from xlcfi.demo.loading import PlatformNotEmpty, market_load
from xlcfi.demo.platform_rows import platform_tables

pytestmark = pytest.mark.django_db


def _value(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def loaded(made):
    tables = platform_tables(made, pictures=[f"/images/{i}.png" for i in range(made.size.products)])
    return market_load(tables=tables, on_rows=lambda table, rows: None)


def _foreign_keys():
    return _value("select count(*) from pg_constraint where contype = 'f'"), _value(
        "select count(*) from pg_indexes where schemaname = current_schema()"
    )


def test_every_table_is_filled_and_has_its_keys_and_indexes_again(made, db):
    before = _foreign_keys()
    rows = market_load(
        tables=platform_tables(made, pictures=[""] * made.size.products), on_rows=lambda table, rows: None
    )
    assert _foreign_keys() == before
    assert len(rows) == 13
    for table, count in rows.items():
        assert _value(f"select count(*) from {table}") == count


def test_new_rows_get_ids_after_the_loaded_ones(loaded):
    assert _value("insert into categories (name) values ('새 분류') returning id") == loaded["categories"] + 1


def test_coupons_were_issued_as_often_as_they_say(loaded):
    wrong = (
        "select count(*) from coupons c where issued_quantity <> (select count(*) from user_coupons u where"
        " u.coupon_id = c.id) or issued_quantity > total_quantity"
    )
    assert _value(wrong) == 0
    assert _value("select count(*) from user_coupons where (status = 'USED') <> (order_id is not null)") == 0
    assert _value("select count(*) from user_coupons where status = 'USED'") > 50


def test_statuses_of_orders_and_payments_agree(loaded):
    paid = "exists (select 1 from payments p where p.order_id = o.id and p.paid_at is not null)"
    assert (
        _value(f"select count(*) from orders o where status in ('CONFIRMED', 'SHIPPED', 'DELIVERED') and not {paid}")
        == 0
    )
    assert _value(f"select count(*) from orders o where status = 'PENDING' and {paid}") == 0
    assert _value(f"select count(*) from orders o where status = 'CANCELLED' and not {paid}") > 20
    assert _value(f"select count(*) from orders o where status = 'CANCELLED' and {paid}") > 20
    assert _value("select count(*) from payments where status = 'COMPLETED' and paid_at is null") == 0
    assert _value("select count(*) from orders where updated_at < created_at") == 0


def test_orders_at_the_edges_of_a_day_keep_their_microseconds(loaded):
    assert _value("select count(*) from orders where created_at::time = '23:59:59.999999'") >= 4
    assert _value("select count(*) from orders where created_at::time = '00:00:00'") >= 4


def test_reviews_are_one_a_buyer_and_product_and_not_analysed_yet(loaded):
    assert _value("select count(*) from reviews") > 1_000
    assert _value("select count(*) - count(distinct (product_id, user_id)) from reviews") == 0
    assert _value("select count(*) from reviews where sentiment is not null or sentiment_score is not null") == 0


def test_a_platform_with_rows_is_not_overwritten(loaded, made, tmp_path):
    with pytest.raises(PlatformNotEmpty):
        market_load(tables=[], on_rows=lambda table, rows: None)
    with pytest.raises(CommandError, match="--force"):
        call_command("demo_market", scale=0.005, out=tmp_path, no_images=True)
    assert _value("select count(*) from orders") == loaded["orders"]


def test_the_command_makes_everything_and_replaces_only_when_forced(loaded, tmp_path, capsys):
    until = UNTIL.isoformat()
    call_command("demo_market", "--scale=0.005", f"--out={tmp_path}", f"--until={until}", "--no-images", "--force")
    assert _value("select count(*) from orders") == 1_500
    assert (tmp_path / "events.jsonl.gz").exists()
    assert (tmp_path / "refunds.jsonl.gz").exists()
    assert (tmp_path / "truth" / "README.md").exists()


def test_production_never_gets_a_demo(settings, tmp_path):
    settings.DEPLOYMENT = "production"
    for command in ("demo_market", "demo_live"):
        with pytest.raises(CommandError, match="production"):
            call_command(command, out=tmp_path / "x")
