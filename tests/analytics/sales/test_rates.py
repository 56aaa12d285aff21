"""Currency rates: what a file may say, and what is done with it."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from analytics.models import CurrencyRate
from analytics.selectors.sales.rates import converted, rates_on
from tests.factories import seoul

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(tmp_path, capsys):
    """Import a file with these lines; what the command said."""

    def importing(*lines, apply=True, encoding="utf-8"):
        path = tmp_path / "rates.csv"
        path.write_bytes("\n".join(["currency,day,krw_per_unit,source", *lines]).encode(encoding))
        call_command("import_rates", str(path), *(["--apply"] if apply else []))
        return capsys.readouterr().out

    return importing


def rates():
    found = CurrencyRate.objects.order_by("currency", "day")
    return [(rate.currency, str(rate.day), rate.krw_per_unit, rate.source) for rate in found]


def test_nothing_is_written_until_it_is_said(told):
    assert "1 rates read, 1 new or changed would be, with --apply" in told("USD,2025-03-01,1450.5,bank", apply=False)
    assert rates() == []
    assert "1 rates read, 1 new or changed." in told("USD,2025-03-01,1450.5,bank")
    assert rates() == [("USD", "2025-03-01", Decimal("1450.50000000"), "bank")]


def test_a_second_import_writes_what_differs_only(told):
    told("USD,2025-03-01,1450.5,bank", "JPY,2025-03-01,9.7123,bank")
    assert "2 rates read, 0 new" in told("USD,2025-03-01,1450.50,bank", "JPY,2025-03-01,9.7123,bank")
    assert "2 rates read, 1 new" in told("USD,2025-03-01,1460,bank", "JPY,2025-03-01,9.7123,bank")
    assert [rate[2] for rate in rates()] == [Decimal("9.7123"), 1460]


def test_a_byte_order_mark_and_a_missing_source_are_fine(told):
    told("USD,2025-03-01,1450.5,", encoding="utf-8-sig")
    assert rates()[0][3] == "rates.csv"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("usd,2025-03-01,1450,x", "no currency"),
        ("USDT,2025-03-01,1450,x", "no currency"),
        ("KRW,2025-03-01,1,x", "won needs no rate"),
        ("USD,2025-02-29,1450,x", "line 3"),
        ("USD,,1450,x", "no day"),
        ("USD,2025-03-02,0,x", "is no rate"),
        ("USD,2025-03-02,-1,x", "is no rate"),
        ("USD,2025-03-02,NaN,x", "is no rate"),
        ("USD,2025-03-02,1e20,x", "is no rate"),
        ('USD,2025-03-02,"1,450",x', "is no number"),
        ("EUR,2025-03-01,1500,x", "is there twice"),
    ],
)
def test_a_file_with_a_bad_line_changes_nothing_and_the_line_is_named(told, line, fault):
    with pytest.raises(CommandError, match="line 3") as refused:
        told("EUR,2025-03-01,1500,x", line)
    assert fault in str(refused.value)
    assert rates() == []


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_rates", str(tmp_path / "none.csv"))
    (tmp_path / "bytes.csv").write_bytes(b"currency,day,krw_per_unit\n\xff\xfe,1,2")
    with pytest.raises(CommandError, match="no CSV file"):
        call_command("import_rates", str(tmp_path / "bytes.csv"))


def test_the_rate_of_a_day_is_the_latest_that_was_known_by_then(told):
    told("USD,2025-02-28,1400,a", "USD,2025-03-03,1500,b", "JPY,2025-03-04,10,c")
    for day, expected in (("2025-02-27", {}), ("2025-02-28", {"USD": 1400}), ("2025-03-02", {"USD": 1400}),
                          ("2025-03-04", {"USD": 1500, "JPY": 10})):  # fmt: skip
        found = rates_on(currencies=["JPY", "USD"], day=seoul(day).date())
        assert {currency: rate.krw_per_unit for currency, rate in found.items()} == expected


def test_won_needs_no_rate_and_nothing_sold_needs_none_either():
    day = seoul("2025-03-01").date()
    assert converted(amounts={"KRW": Decimal(5), "USD": Decimal(0)}, day=day) == {
        "currency": "KRW",
        "total": 5,
        "rates": [],
        "incomplete": [],
    }
