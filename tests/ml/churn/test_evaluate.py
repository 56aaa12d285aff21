"""`manage.py evaluate churn`, on a file and without a database."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.ml.churn.made import drawn


@pytest.fixture
def orders_file(tmp_path):
    orders = drawn(260, until=210.0)
    path = tmp_path / "orders.csv"
    rows = zip(orders.customer, orders.day + 20_000, orders.amount, strict=True)
    path.write_text("user,time,amount\n" + "\n".join(f"{who},{day:.4f},{worth:.2f}" for who, day, worth in rows))
    return path


def test_the_report_compares_paired_and_says_how_it_was_fitted(orders_file, tmp_path, capsys):
    chart = tmp_path / "chart.svg"
    call_command("evaluate", "churn", "--orders", str(orders_file), "--chart", str(chart), "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found["auc"]) == {"ours", "rfm logistic", "recency", "rhythm model"}
    assert set(found["ours_minus"]) == {"rfm logistic", "recency", "rhythm model"}
    assert found["horizon_days"] == 90
    # 210 days are too few for a cut-off whose label is known 90 days before the end.
    assert found["fitted_on"] | {"cut_offs": 0} == {
        "customers": "others than those tested", "folds": 5, "same_cut_off": True, "cut_offs": 0,
    }  # fmt: skip
    assert found["calibration"]["ours"]["slope"]["low"] < found["calibration"]["ours"]["slope"]["high"]
    assert found["auc"]["ours"]["value"] > 0.6
    assert found["one_time_buyers"]["mean_risk"] > 0.1
    assert chart.read_text().startswith("<svg")


def test_too_short_a_history_is_refused(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("user,time,amount\nkim,2025-03-01,5\nlee,2025-04-01,5\n")
    with pytest.raises(CommandError, match="the orders span 32 days; 104 are needed"):
        call_command("evaluate", "churn", "--orders", str(path))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        call_command("evaluate", "churn", "--orders", str(tmp_path / "none.csv"))
