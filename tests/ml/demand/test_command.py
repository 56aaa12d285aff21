"""`manage.py evaluate demand`, which needs no database."""

import json
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ml.demand.files import BadFile, sales_read
from tests.ml.demand.made_sales import FIRST, shop


def test_sales_of_a_file_become_a_row_for_each_item_and_a_column_for_each_day(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        "item,date,quantity,category,price,in_stock\n"
        "b,2024-01-03,2,x,100,\na,2024-01-01,1,y,50,\nb,2024-01-03,3,x,100,0\na,2024-01-02,-4,y,60,\n"
    )
    series = sales_read(path)
    assert series.items == ["a", "b"]
    assert series.units.tolist() == [[1, 0, 0], [0, 0, 5]]
    assert series.start.tolist() == [0, 2]
    assert series.group.tolist() == [1, 0]
    assert series.price.tolist() == [[50, 60, 60], [100, 100, 100]]
    assert np.argwhere(series.hidden).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("item,day,quantity\na,2024-01-01,1\n", "no column date"),
        ("item,date,quantity\na,yesterday,1\n", "line 2"),
        ("item,date,quantity\na,2024-01-01,nan\n", "line 2"),
        ("item,date,quantity\n", "no sales"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(tmp_path, text, wrong):
    path = tmp_path / "sales.csv"
    path.write_text(text)
    with pytest.raises(BadFile, match=wrong):
        sales_read(path)


def test_the_command_reads_a_file_and_writes_json_and_a_chart(tmp_path):
    series = shop(items=25, days=112)
    lines = ["item,date,quantity"]
    for item, day in np.argwhere(series.units > 0):
        lines.append(f"{item},{FIRST + timedelta(days=int(day))},{series.units[item, day]:.0f}")
    path, chart = tmp_path / "sales.csv", tmp_path / "demand.svg"
    path.write_text("\n".join(lines) + "\n")
    out = StringIO()
    call_command("evaluate", "demand", "--sales", str(path), "--json", "--chart", str(chart), stdout=out)
    report = json.loads(out.getvalue())
    assert report["data"]["items"] == 25
    assert report["horizons"]["7"]["methods"]["ours"]["wape"] > 0
    assert chart.read_text().startswith("<svg")
    with pytest.raises(CommandError, match="--horizon"):
        call_command("evaluate", "demand", "--sales", str(path), "--horizon", "0")
