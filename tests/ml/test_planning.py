"""What people tell of costs and supply: taken in whole or not at all, and never guessed."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ml.models import CategoryPlanning, ProductPlanning
from ml.selectors.planning import plannings, unit_costs

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """load(text, "--apply") -> what the command says; what it says of wrong lines is in `load.wrong`."""

    def run(text, *options, encoding="utf-8"):
        path = tmp_path / "planning.csv"
        path.write_text(text, encoding=encoding)
        out, run.wrong = StringIO(), StringIO()
        call_command("import_planning", str(path), *options, stdout=out, stderr=run.wrong)
        return out.getvalue()

    return run


def test_a_file_is_only_looked_at_unless_it_is_applied(market, load):
    product = market.product()
    text = f"product_id,unit_cost,currency,lead_time_days\n{product},812.50,KRW,3\n"
    assert "1 new" in load(text)
    assert not ProductPlanning.objects.exists()
    assert "1 rows: 1 new, 0 changed, 0 as they were" in load(text, "--apply")
    row = ProductPlanning.objects.get()
    assert (row.unit_cost, row.currency, row.lead_time_days) == (Decimal("812.50"), "KRW", 3)
    assert row.source == "planning.csv"
    assert "0 new, 0 changed, 1 as they were" in load(text, "--apply")


def test_columns_that_are_not_named_stay_and_an_empty_cell_makes_a_value_unknown(market, load):
    product = market.product()
    load(f"product_id,unit_cost,currency,shelf_life_days\n{product},100,KRW,30\n", "--apply")
    load(f"product_id,shelf_life_days,service_level\n{product},,0.95\n", "--apply", encoding="utf-8-sig")
    row = ProductPlanning.objects.get()
    assert (row.unit_cost, row.shelf_life_days, row.service_level) == (100, None, Decimal("0.9500"))


def test_every_wrong_line_is_told_by_its_number_and_nothing_of_the_file_is_taken_in(market, load):
    good = market.product()
    lines = [
        "product_id,unit_cost,currency,service_level",
        f"{good},100,KRW,0.9",
        "999999,100,KRW,",
        f"{good},1,KRW,",
        "x,1,KRW,",
        f"{market.product()},-1,KRW,",
        f"{market.product()},NaN,KRW,",
        f"{market.product()},1,won,",
        "",
        f"{market.product()},1,,",
        f"{market.product()},,,1.5",
        "1,2",
        f"{2**63},,,",
    ]
    with pytest.raises(CommandError, match=r"10 errors\. Nothing was written"):
        load("\n".join(lines), "--apply")
    told = [line.partition(":")[0] for line in load.wrong.getvalue().splitlines()]
    assert told == [f"line {number}" for number in (3, 4, 5, 6, 7, 8, 10, 11, 12, 13)]
    assert not ProductPlanning.objects.exists()


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("", "product_id or category_id"),
        ("product_id,category_id", "product_id or category_id"),
        ("product_id,price", "price: Unknown column"),
        ("product_id,unit_cost", "go together"),
        ("product_id,lead_time_days,lead_time_days", "Named twice"),
        ("product_id,source", "source: Unknown column"),
        ("category_id,unit_cost,currency", "unit_cost: Unknown column"),
    ],
)
def test_a_header_that_is_none_is_refused(load, header, word):
    with pytest.raises(CommandError):
        load(header + "\n1,2,3\n", "--apply")
    assert word in load.wrong.getvalue()


def test_a_file_that_is_not_there_or_no_text_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_planning", str(tmp_path / "none.csv"))
    (tmp_path / "bad.csv").write_bytes(b"product_id\n\xff\xfe\n")
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("import_planning", str(tmp_path / "bad.csv"))


def test_what_a_product_does_not_say_its_nearest_category_assumes_but_never_a_cost(market, load):
    top = market.category()
    middle = market.category(parent_id=top)
    leaf = market.category(parent_id=middle)
    product, bare = market.product(category_id=leaf), market.product()
    load(f"category_id,lead_time_days,shelf_life_days,service_level\n{top},9,90,0.9\n{middle},5,,\n", "--apply")
    load(f"product_id,lead_time_days,minimum_order_quantity\n{product},2,12\n", "--apply")
    found = plannings(product_ids=[product, bare])
    assert found[product].lead_time_days == 2
    assert found[product].shelf_life_days == 90
    assert found[product].service_level == Decimal("0.9")
    assert found[product].minimum_order_quantity == 12
    assert found[product].unit_cost is None
    assert found[product].assumed == {"shelf_life_days", "service_level"}
    assert found[bare].assumed == set()
    assert found[bare].lead_time_days is None
    CategoryPlanning.objects.filter(category_id=middle).delete()
    market.sql("UPDATE categories SET parent_id = %s WHERE id = %s", [leaf, top])  # a circle ends
    assert plannings(product_ids=[product])[product].shelf_life_days == 90


def test_a_cost_in_another_currency_is_not_known_in_this_one(market, load):
    won, dollar = market.product(), market.product()
    load(f"product_id,unit_cost,currency\n{won},500,KRW\n{dollar},0.4,USD\n", "--apply")
    assert unit_costs(currency="KRW") == {won: Decimal(500)}
    assert unit_costs(currency="USD", product_ids=[won, dollar]) == {dollar: Decimal("0.4")}
    assert unit_costs(currency="USD", product_ids=[won]) == {}
