"""Charts: what is drawn, what is told in words, and figures as people read them."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from xlcfi.console.charts import Anomaly, Series, bar_chart, column_chart, line_chart
from xlcfi.console.compared import compared_series
from xlcfi.console.formats import change, count, money, percent, short, short_money, whole_money
from xlcfi.console.heat import heat_table
from xlcfi.console.parts import tile
from xlcfi.console.scales import nice_ticks, runs

DAYS = ["03-01", "03-02", "03-03", "03-04"]


def drawn(chart):
    return render_to_string("console/chart.html", {"chart": chart})


def test_a_chart_has_a_name_words_a_table_and_can_be_reached_by_keyboard():
    chart = line_chart(
        title="Net <b>",
        labels=DAYS,
        series=[Series("now", [1, 2, None, 4]), Series("before", [0, 1, 2, 3], "before")],
        description="In won.",
        anomalies=[Anomaly(1, "too high"), Anomaly(2, "no value"), Anomaly(9, "no such day")],
    )
    body = drawn(chart)
    assert "<b>" not in body
    for words in ('role="img"', "<title>Net &lt;b&gt;</title>", 'tabindex="0"', "In won.", "<details", "too high"):
        assert words in body, words
    assert body.count("<tr>") == 1 + len(DAYS)
    # The comparison is told apart by its dashes: a class of its own.
    assert "console-line console-before" in body
    assert [mark["label"] for mark in chart.marks] == ["03-02"]
    assert chart.rows[1] == ["03-02", "2", "1", "too high"]


def test_a_gap_stays_a_gap_and_a_point_alone_is_seen():
    chart = line_chart(title="x", labels=DAYS, series=[Series("now", [1, None, 3, 4])])
    [line] = chart.drawn
    assert len(line["parts"]) == 2
    assert line["parts"][0].count(",") == 2
    assert runs([None, 1, 2, None, 3]) == [[1, 2], [4]]


@pytest.mark.parametrize("values", [[], [0, 0], [5], [-3, -1], [1e12, 1], [0.001, 0.002]])
def test_whatever_the_values_are_all_is_inside_the_picture(values):
    labels = [str(number) for number in range(len(values))]
    for make in (line_chart, column_chart):
        chart = make(title="x", labels=labels, series=[Series("now", values)])
        for y in [y for y in (chart.points["series"][0]["y"]) if y is not None]:
            assert 0 <= y <= 100
        assert {0 <= tick["y"] <= 100 for tick in chart.y_ticks} == {True}
        drawn(chart)


def test_values_of_another_length_than_the_labels_are_refused():
    with pytest.raises(ValueError, match="2 values for 4 labels"):
        line_chart(title="x", labels=DAYS, series=[Series("now", [1, 2])])
    with pytest.raises(ValueError, match="earlier value"):
        bar_chart(title="x", rows=[("a", 1)], before=[1, 2])


def test_numbers_of_styles_and_places_have_a_point_in_every_language():
    chart = bar_chart(title="x", rows=[("a", 3), ("b", Decimal("1"))], before=[1, None])
    with translation.override("ko"):
        body = drawn(chart)
    assert "width:33.333%" in body
    assert "left:33.333%" in body


def test_an_axis_has_round_numbers_around_the_values():
    assert nice_ticks(0, 937) == [0, 250, 500, 750, 1000]
    assert nice_ticks(-30, 70) == [-50, -25, 0, 25, 50, 75]
    assert nice_ticks(0, 0) == [0, 1]


DAYS_OF_TWO_YEARS = [str(date(2025, 1, 1) + timedelta(days=number)) for number in range(400)]


@pytest.mark.parametrize(
    "labels",
    [
        DAYS_OF_TWO_YEARS,
        DAYS_OF_TWO_YEARS[:90],
        DAYS_OF_TWO_YEARS[:7],
        ["a long name of a product"] * 30,
        [f"{day} {hour:02}:00" for day in DAYS_OF_TWO_YEARS[:7] for hour in range(24)],
    ],
    ids=["two years", "90 days", "a week", "names", "hours"],
)
@pytest.mark.parametrize(("shown", "letters"), [({""}, 34), ({"", "middle"}, 62), ({"", "middle", "wide"}, 110)])
@pytest.mark.parametrize("make", [line_chart, column_chart])
def test_labels_never_touch_however_many_and_however_wide(make, labels, shown, letters):
    """Counted in letters: an inner label reaches half its length to both sides, an outer one all of it inwards."""
    ticks = make(title="x", labels=labels, series=[Series("now", [1] * len(labels))]).x_ticks
    ends = []
    for tick in (tick for tick in ticks if tick["least"] in shown):
        at, long = tick["x"] / 100 * letters, len(tick["text"])
        left = at - {"first": 0, "last": long, "": long / 2}[tick["edge"]]
        ends.append((left, left + long))
    assert 1 <= len(ends) <= 10
    assert all(right + 1 <= left for (_, right), (left, _) in pairwise(ends))


def test_the_last_label_is_always_there_and_days_of_one_year_leave_it_out():
    def texts(labels):
        return [
            tick["text"]
            for tick in line_chart(title="x", labels=labels, series=[Series("n", [1] * len(labels))]).x_ticks
        ]

    assert texts(DAYS_OF_TWO_YEARS)[-1] == "2026-02-04"
    assert texts(DAYS_OF_TWO_YEARS[:90])[-1] == "03-31"
    assert texts([f"2025-11-{day} {hour:02}:00" for day in (20, 21) for hour in range(24)]) == ["11-20", "11-21"]


def test_an_axis_that_is_known_beforehand_is_as_it_is_told():
    chart = line_chart(title="x", labels=DAYS, series=[Series("rating", [4, 5, 4.5, 3])], ticks=range(6))
    assert [tick["text"] for tick in chart.y_ticks] == ["0", "1", "2", "3", "4", "5"]
    assert chart.points["series"][0]["y"] == [20, 0, 10, 40]


def test_a_comparison_lies_step_beside_step_and_nothing_is_no_line():
    def answer(*values):
        return {"buckets": [{"units": value} for value in values]}

    found = compared_series(
        name="now",
        steps=answer(5, 6, 7)["buckets"],
        comparison={"previous": answer(1, 2), "year": answer(0, 0, 0)},
        measure="units",
    )
    assert [(one.name, one.look, list(one.values)) for one in found] == [
        ("now", "now", [5, 6, 7]),
        ("period before", "before", [1, 2, None]),
    ]
    longer = compared_series(
        name="now", steps=[{"n": 1}], comparison={"year": {"buckets": [{"n": 2}, {"n": 3}]}}, measure="n"
    )
    assert list(longer[1].values) == [2]


def test_figures_are_written_as_people_read_them():
    assert [money(Decimal("1234567.00")), money(-500), money(Decimal("12.3"), "USD"), money(None)] == [
        "₩1,234,567",
        "-₩500",
        "$12.30",
        "–",
    ]
    assert [whole_money(Decimal("87956.53")), whole_money(Decimal("1.255"), "USD"), whole_money(None)] == [
        "₩87,957",
        "$1.26",
        "–",
    ]
    assert money(1200, "THB") == "1,200.00 THB"
    assert money(Decimal("0.5"), "KRW") == "₩0.50"
    assert [count(1234), count(Decimal("1.25")), count(None), percent(0.1234), percent(1)] == [
        "1,234",
        "1.3",
        "–",
        "12.3%",
        "100.0%",
    ]
    assert [change(112, 100), change(-50, -100), change(1, 0), change(None, 1)] == ["+12.0%", "+50.0%", "–", "–"]
    with translation.override("ko"):
        assert [short(123456789), short(34000000), short(9999), short_money(-12000)] == [
            "1.23억",
            "3,400만",
            "9,999",
            "-₩1.2만",
        ]
    with translation.override("en"):
        assert [short(123456789), short(34000), short(0)] == ["123M", "34k", "0"]


def test_shades_follow_the_values_and_missing_ones_have_none():
    found = heat_table(title="x", heads=["a", "b", "c"], rows=[("r", [0, 0.5, None]), ("s", [1, 0.1, 0])])
    assert [[cell.level for cell in cells] for _name, cells in found.rows] == [[0, 4, None], [9, 1, 0]]


def test_a_tile_tells_better_from_worse():
    up = tile(name="x", label="x", value="5", now=5, compared=[("a", 4), ("b", 10), ("c", None), ("d", 0)])
    assert [one["mood"] for one in up.changes] == ["good", "bad", "plain", "plain"]
    assert [one["text"] for one in up.changes] == ["+25.0%", "-50.0%", "", ""]
    failures = tile(name="x", label="x", value="5", now=5, compared=[("a", 4)], less_is_better=True)
    assert failures.changes[0]["mood"] == "bad"
