"""`manage.py evaluate reviews`: files in, figures out, no database."""

import json
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ml.reviews.evaluation import calibration
from ml.reviews.linear import linear_of
from ml.reviews.made_texts import DATA, made_texts
from ml.reviews.ngrams import pieces
from ml.reviews.rated_texts import BAD, GOOD, MIDDLE, BadFile, rated_read
from ml.reviews.shipped import shipped_reader


def evaluated(*options):
    out = StringIO()
    call_command("evaluate", "reviews", *map(str, options), "--json", stdout=out)
    return json.loads(out.getvalue())


def written(path, rows):
    path.write_text("\n".join("\t".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    return path


def test_the_shipped_model_reads_the_projects_own_sentences_better_than_the_word_list(tmp_path):
    chart = tmp_path / "reliability.svg"
    report = evaluated("--test", DATA / "shopping.tsv", "--chart", chart)
    assert report["methods"]["ours"]["accuracy"]["mean"] >= 0.85
    assert report["differences"]["word list"]["low"] > 0
    confusion = report["three_classes"]["confusion"]
    assert {name: sum(row.values()) for name, row in confusion.items()} == report["data"]["test"]
    assert chart.read_text(encoding="utf-8").startswith("<svg")


def test_a_refit_starts_from_the_shipped_model_and_is_measured_beside_it_and_the_machine(tmp_path):
    texts = made_texts(count=700, seed=9)
    rows = [(each.good, each.text) for each in texts]
    report = evaluated(
        "--train", written(tmp_path / "train.tsv", [("label", "text"), *rows[:500]]),
        "--test", written(tmp_path / "test.tsv", rows[500:]),
    )  # fmt: skip
    assert report["settings"]["starts_from_shipped"] is True
    assert set(report["methods"]) == {"ours", "shipped", "characters, linear SVM", "word list"}
    assert report["data"]["test"] == {"negative": 100, "neutral": 0, "positive": 100}
    assert report["three_classes"] is None


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ((1, 4, 5, 8, 9, 10), (BAD, BAD, MIDDLE, MIDDLE, GOOD, GOOD)),
        ((1, 2, 3, 4, 5), (BAD, BAD, MIDDLE, GOOD, GOOD)),
        ((0, 1), (BAD, GOOD)),
        (("NEGATIVE", "neutral", "긍정"), (BAD, MIDDLE, GOOD)),
    ],
)
@pytest.mark.parametrize("header", [(), (("text", "rating"),)])
def test_ratings_and_labels_are_told_apart_by_what_they_are(tmp_path, values, classes, header):
    rows = [("글", value) if header else (value, "글") for value in values]
    [data] = rated_read(written(tmp_path / "file.tsv", [*header, *rows]))
    assert tuple(data.classes) == classes


@pytest.mark.parametrize("content", ["", "a\tb\n", "rating\ttext\n", "rating\ttext\n11\tx\n", "rating\ttext\nx\ty\n"])
def test_a_file_that_is_no_such_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "odd.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadFile, match=r"odd\.tsv"):
        rated_read(path)
    with pytest.raises(CommandError):
        call_command("evaluate", "reviews", "--test", str(path), stdout=StringIO())


def test_the_calibration_error_is_the_mean_gap_of_bins_of_equal_mass():
    sure = np.repeat([0.6, 0.9], 150)
    right = np.concatenate([np.arange(150) % 10 < 6, np.arange(150) % 10 < 8])
    # Half of the texts are as often right as said, the others 0.1 less.
    assert calibration(sure, right)["error"] == pytest.approx(0.05, abs=0.02)


def test_many_texts_at_once_have_the_pieces_of_each_alone():
    texts = ["맛있어요", "", "배송 빨라요ㅋㅋㅋㅋ", "a\nb", "가"]
    together = {place: [] for place in range(len(texts))}
    for first, _, places, hashes in pieces(texts):
        for place, piece in zip(places + first, hashes, strict=True):
            together[int(place)].append(int(piece))
    for place, text in enumerate(texts):
        [(_, _, _, alone)] = pieces([text])
        assert sorted(together[place]) == sorted(alone.tolist())


def test_a_model_for_other_pieces_is_refused():
    arrays = shipped_reader().arrays()
    arrays["own_weights"] = arrays["own_weights"][:-1]
    with pytest.raises(ValueError, match="other pieces"):
        linear_of(arrays, "own")
