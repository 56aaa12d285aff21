"""Charts: what is drawn, what is told in words, and figures as people read them."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from xlcfi.console.charts import Anomaly, Series, bar_chart, column_chart, line_chart
from xlcfi.console.formats import change, count, money, percent, short, short_money
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


def test_labels_have_room_whatever_they_are():
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    for labels, wide, narrow in (
        (days, 9, 3),
        ([day[5:] for day in days], 9, 5),
        (["a long name of a product"] * 30, 4, 2),
    ):
        ticks = line_chart(title="x", labels=labels, series=[Series("now", [1] * len(labels))]).x_ticks
        assert 2 <= len(ticks) <= wide
        assert 2 <= len([tick for tick in ticks if not tick["wide_only"]]) <= narrow


def test_figures_are_written_as_people_read_them():
    assert [money(Decimal("1234567.00")), money(-500), money(Decimal("12.3"), "USD"), money(None)] == [
        "₩1,234,567",
        "-₩500",
        "$12.30",
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
