"""Orders from files as people have them."""

import pytest

from ml.churn.files import BadFile, orders_read


def read(tmp_path, text):
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return orders_read(path)


@pytest.mark.parametrize(
    "time",
    ["2025-03-01 12:00:00", "2025-03-01T12:00:00", "1740830400", "1740830400000", "20148.5", "3/1/2025 12:00"],
)
def test_times_come_in_many_forms(tmp_path, time):
    assert read(tmp_path, f"user,time,amount\nkim,{time},5\n").day.tolist() == [20_148.5]


def test_a_date_without_hyphens_is_a_date(tmp_path):
    assert read(tmp_path, "user,time,amount\nkim,20250301,5\n").day.tolist() == [20_148.0]


def test_amounts_below_zero_are_returns(tmp_path):
    found = read(tmp_path, 'user,time,amount\nkim,2025-03-01,"1,200"\nkim,2025-03-02,-300\nlee,2025-03-02,\n')
    assert found.amount.tolist() == [1200.0, -300.0, 1200.0]
    assert found.bought.tolist() == [True, False, True]


def test_without_amounts_every_row_is_an_order(tmp_path):
    assert read(tmp_path, "User, Time\nkim,2025-03-01\nlee,2025-03-01\n").bought.all()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("user,amount\nkim,5\n", "no column time"),
        ("user,time,amount\n", "no rows"),
        ("user,time,amount\nkim,soon,5\n", "'soon' is neither a time nor a number"),
        ("user,time,amount\nkim,2025-03-01,much\n", "'much' is not a number"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, text, why):
    with pytest.raises(BadFile, match=why):
        read(tmp_path, text)
