"""`manage.py evaluate recommendations` on files, without a database."""

import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from recommendations.evaluation.intervals import Bootstrap
from tests.recommendations.ranking import worlds


def write(path, events, weight=False):
    lines = ["user,item,time" + (",weight" if weight else "")]
    for row, item, day, heavy in zip(events.row, events.item, events.day, events.weight, strict=True):
        lines.append(f"u{row},i{item},{19000 + day:.4f}" + (f",{heavy}" if weight else ""))
    path.write_text("\n".join(lines))
    return str(path)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluate")
    train, test = worlds.cut_by_time(worlds.weekly(users=90, items=60, mean=6))
    out = io.StringIO()
    call_command(
        "evaluate", "recommendations", "--train", write(folder / "a.csv", train), "--test",
        write(folder / "b.csv", test), "--repeats", "--json", "--chart", str(folder / "c.svg"), stdout=out,
    )  # fmt: skip
    return json.loads(out.getvalue()), folder


def test_ours_and_every_baseline_are_measured_with_intervals(report):
    told, _ = report
    assert set(told["methods"]) == {
        "ours", "popularity", "item-item cosine", "EASE", "implicit ALS", "own frequency and recency",
    }  # fmt: skip
    for method in told["methods"].values():
        assert set(method["metrics"]) == {f"{m}@{k}" for m in ("ndcg", "recall", "map", "hit") for k in (5, 10, 20)}
        for one in method["metrics"].values():
            assert 0 <= one["low"] <= one["mean"] <= one["high"] <= 1
    assert set(told["differences"]) == set(told["methods"]) - {"ours"}


def test_a_difference_is_that_of_the_means_and_paired(report):
    told, _ = report
    for name, by_metric in told["differences"].items():
        one = by_metric["ndcg@10"]
        mine, theirs = (told["methods"][each]["metrics"]["ndcg@10"] for each in ("ours", name))
        assert one["mean"] == pytest.approx(mine["mean"] - theirs["mean"], abs=2e-6)


def test_every_method_may_try_as_many_settings_as_ours_in_all(report):
    told, _ = report
    assert all(0 < method["tried"] <= told["validation"]["tries"] for method in told["methods"].values())


def test_the_chart_is_a_picture_with_a_bar_for_each_method(report):
    told, folder = report
    picture = ElementTree.parse(folder / "c.svg").getroot()
    bars = [each for each in picture.iter("{http://www.w3.org/2000/svg}rect") if each.get("x")]
    assert len(bars) == len(told["methods"])


def test_the_table_names_every_method(report):
    from recommendations.training import Recommendations

    text = Recommendations().report_text(report[0])
    assert all(name in text for name in report[0]["methods"])


def test_a_file_that_lacks_a_column_is_refused_by_name(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("user,time\na,1\n")
    with pytest.raises(CommandError, match="no column item"):
        call_command("evaluate", "recommendations", "--train", str(path), "--test", str(path))


def test_a_bootstrap_interval_is_about_two_standard_errors_and_paired_ones_are_narrower():
    rng = np.random.default_rng(0)
    common, extra = rng.normal(1, 1, 2000), rng.normal(0, 0.1, 2000)
    mean, difference = Bootstrap(2000, seed=1).intervals(np.stack([common, extra]))
    assert (mean.high - mean.low) / 2 == pytest.approx(1.96 / np.sqrt(2000), rel=0.15)
    assert (difference.high - difference.low) / 2 == pytest.approx(0.196 / np.sqrt(2000), rel=0.15)
