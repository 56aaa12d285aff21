"""What serves in a process: loaded when asked for, swapped when another version serves, never damaged."""

import threading
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection, transaction

from tests.artifacts.toys import candidate, stored
from xlcfi.artifacts.errors import StateRefused
from xlcfi.artifacts.models import ModelDrift, ModelFilePart, ModelVersion
from xlcfi.artifacts.serving import serving, serving_as, serving_forget
from xlcfi.artifacts.storage import PART_BYTES
from xlcfi.artifacts.versions import version_retire, version_serve
from xlcfi.observability.metrics import MODEL_AGE, MODEL_DAMAGED, MODEL_DRIFT, MODEL_UNUSABLE, MODEL_VERSION

pytestmark = pytest.mark.django_db

LARGE = np.arange(400_000.0)  # 3.2 MB: four parts


def numbers(loaded):
    return loaded.arrays["numbers"].tolist()


def damaged_times():
    return MODEL_DAMAGED.labels(name="toy")._value.get()


def shown_version():
    return MODEL_VERSION.labels(name="toy")._value.get()


def test_nothing_serves_until_a_version_does(always_looks):
    assert serving("toy") is None
    stored()
    assert serving("toy") is None
    row = stored(numbers=(3.0, 4.0), serves=True)
    found = serving("toy")
    assert (found.name, found.version, numbers(found)) == ("toy", row.version, [3.0, 4.0])
    assert found.parameters == {"shrinkage": 0.5}
    assert found.features == ("orders",)
    assert shown_version() == row.version


def test_a_newer_version_is_taken_and_a_retired_one_let_go_of(always_looks):
    first = stored(numbers=(1.0,), serves=True)
    assert numbers(serving("toy")) == [1.0]
    second = stored(numbers=(2.0,), serves=True)
    assert numbers(serving("toy")) == [2.0]
    version_serve(version_id=first.pk, who="kim", why="the new one is odd")
    assert numbers(serving("toy")) == [1.0]
    assert serving("toy").version == first.version
    version_retire(version_id=first.pk, who="kim", why="none is good")
    assert serving("toy") is None
    assert shown_version() == 0
    assert {row.pk: row.state for row in ModelVersion.objects.all()} == {first.pk: "retired", second.pk: "retired"}


def test_asking_often_costs_one_statement_and_then_none(django_assert_num_queries, monkeypatch):
    stored(serves=True)
    serving("toy")
    with django_assert_num_queries(0):
        serving("toy")
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)
    serving_forget()
    serving("toy")
    with transaction.atomic(), django_assert_num_queries(3):  # a savepoint round it: the caller's transaction is safe
        serving("toy")


def test_a_large_file_is_stored_in_parts_and_read_from_one_copy(cache, always_looks, django_assert_num_queries):
    row = stored(numbers=LARGE, serves=True)
    assert ModelFilePart.objects.filter(model_version=row).count() == -(-row.file_bytes // PART_BYTES) == 4
    assert np.array_equal(serving("toy").arrays["numbers"], LARGE)
    [copy] = cache.iterdir()
    assert copy.stat().st_size == row.file_bytes
    ModelFilePart.objects.all().delete()
    serving_forget()  # as another process of this machine would find it
    assert np.array_equal(serving("toy").arrays["numbers"], LARGE)


def test_a_damaged_copy_is_fetched_again(cache, always_looks):
    stored(numbers=LARGE, serves=True)
    serving("toy")
    [copy] = cache.iterdir()
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    serving_forget()
    assert np.array_equal(serving("toy").arrays["numbers"], LARGE)
    copy.write_bytes(b"")
    serving_forget()
    assert np.array_equal(serving("toy").arrays["numbers"], LARGE)
    assert ModelVersion.objects.get().damage == ""


def test_without_a_place_for_copies_the_model_is_in_memory(settings, always_looks):
    settings.MODEL_CACHE_DIR = "/proc/nowhere"
    stored(numbers=(5.0,), serves=True)
    assert numbers(serving("toy")) == [5.0]
    with pytest.raises(ValueError, match="read-only"):
        serving("toy").arrays["numbers"][0] = 1


def test_copies_of_older_versions_are_removed(cache, always_looks):
    for number in range(4):
        stored(numbers=(float(number),), serves=True)
        serving("toy")
    stored("other", serves=True)
    serving("other")
    assert sorted(path.name.split("-")[0] for path in cache.iterdir()) == ["other@1", "toy@3", "toy@4"]


def part_lost(row):
    ModelFilePart.objects.filter(model_version=row, part=1).delete()


def part_changed(row):
    data = bytearray(ModelFilePart.objects.get(model_version=row, part=1).data)
    data[1000] ^= 1
    ModelFilePart.objects.filter(model_version=row, part=1).update(data=bytes(data))


def checksum_changed(row):
    ModelVersion.objects.filter(pk=row.pk).update(sha256="0" * 64)


def file_cut(row):
    ModelFilePart.objects.filter(model_version=row, part=3).update(data=b"short")


DAMAGES = [part_lost, part_changed, checksum_changed, file_cut]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_version_leaves_the_one_before_serving_and_is_told_of(damage, always_looks):
    stored(numbers=(1.0,), serves=True)
    serving("toy")
    times = damaged_times()
    broken = stored(numbers=LARGE, serves=True)
    damage(broken)
    assert numbers(serving("toy")) == [1.0]
    assert damaged_times() > times
    assert shown_version() == 1
    assert ModelVersion.objects.get(pk=broken.pk).damage
    assert ModelVersion.objects.get(pk=broken.pk).state == "serving"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_process_that_finds_a_damaged_version_takes_the_newest_whole_one_that_served(damage, cache, always_looks):
    stored(numbers=(1.0,), serves=True)
    stored(numbers=(2.0,), serves=True)
    stored(numbers=(9.0,))  # kept aside: never good enough to serve
    damage(stored(numbers=LARGE, serves=True))
    assert numbers(serving("toy")) == [2.0]
    ModelFilePart.objects.filter(model_version__version=2).update(data=b"damaged too")
    serving_forget()
    assert numbers(serving("toy")) == [2.0]  # from the copy of this machine
    for path in cache.iterdir():
        path.unlink()
    serving_forget()
    assert numbers(serving("toy")) == [1.0]


def test_a_version_that_is_whole_again_serves_and_is_no_longer_called_damaged(always_looks):
    stored(numbers=(1.0,), serves=True)
    row = stored(numbers=(2.0,), serves=True)
    ModelVersion.objects.filter(pk=row.pk).update(sha256="0" * 64)
    assert numbers(serving("toy")) == [1.0]
    ModelVersion.objects.filter(pk=row.pk).update(sha256=row.sha256)
    assert numbers(serving("toy")) == [2.0]
    assert ModelVersion.objects.get(pk=row.pk).damage == ""


def test_a_damaged_version_is_not_read_again_at_every_request(monkeypatch):
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)
    ModelVersion.objects.filter(pk=stored(serves=True).pk).update(sha256="0" * 64)
    times = damaged_times()
    assert [serving("toy") for _ in range(5)] == [None] * 5
    assert damaged_times() == times + 1


def test_a_damaged_version_cannot_be_chosen(always_looks):
    good = stored(serves=True)
    bad = stored()
    checksum_changed(bad)
    with pytest.raises(StateRefused, match="another checksum"):
        version_serve(version_id=bad.pk, who="kim", why="no reason")
    assert ModelVersion.objects.get(state="serving").pk == good.pk
    assert ModelVersion.objects.get(pk=bad.pk).damage


# --- Made into something else


def total(loaded):
    return float(loaded.arrays["numbers"].sum())


def test_what_is_made_of_a_version_is_made_once(always_looks):
    made = []

    def counted(loaded):
        made.append(loaded.version)
        return total(loaded)

    assert serving_as("toy", counted) is None
    stored(numbers=(1.0, 2.0), serves=True)
    assert [serving_as("toy", counted) for _ in range(3)] == [3.0] * 3
    assert serving_as("toy", total) == 3.0
    stored(numbers=(5.0,), serves=True)
    assert [serving_as("toy", counted) for _ in range(3)] == [5.0] * 3
    assert made == [1, 2]


def choosy(loaded):
    if loaded.arrays["numbers"][0] < 0:
        raise KeyError("vectors")
    return total(loaded)


def test_a_version_that_nothing_can_be_made_of_counts_as_damaged(monkeypatch):
    monkeypatch.setattr("xlcfi.artifacts.serving.LOOK_EVERY_SECONDS", 0.0)
    stored(numbers=(1.0,), serves=True)
    assert serving_as("toy", choosy) == 1.0
    stored(numbers=(-1.0,), serves=True)
    assert serving_as("toy", choosy) == 1.0
    assert numbers(serving("toy")) == [1.0]
    assert "KeyError" in ModelVersion.objects.get(version=2).damage
    serving_forget()
    assert serving_as("toy", choosy) == 1.0  # by the newest that served before
    stored(numbers=(7.0,), serves=True)
    assert serving_as("toy", choosy) == 7.0


def test_while_a_version_is_made_ready_others_have_the_one_before(always_looks):
    begun, go_on = threading.Event(), threading.Event()

    def slow(loaded):
        if loaded.version == 2:
            begun.set()
            assert go_on.wait(10)
        return total(loaded)

    stored(numbers=(1.0,), serves=True)
    assert serving_as("toy", slow) == 1.0
    stored(numbers=(2.0,), serves=True)
    assert (
        serving("toy").version == 2
    )  # loaded here: the thread has another connection, which does not see this test's rows
    found = []
    thread = threading.Thread(target=lambda: (found.append(serving_as("toy", slow)), connection.close()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("xlcfi.artifacts.serving._Slot._look", lambda slot: None)
        thread.start()
        assert begun.wait(10)
        assert serving_as("toy", slow) == 1.0
        go_on.set()
        thread.join(10)
        assert found == [2.0] == [serving_as("toy", slow)]


def test_two_versions_never_serve_at_once(db):
    stored(serves=True)
    row = stored()
    with pytest.raises(Exception, match="artifacts_one_serving"), transaction.atomic():
        ModelVersion.objects.filter(pk=row.pk).update(state="serving")


def test_a_candidate_is_stored_with_all_that_is_known_of_it():
    row = stored(metrics={"candidate": {"ndcg": float("nan")}, "window": [candidate().window[0]]})
    row.refresh_from_db()
    assert (row.version, row.state, row.reason, row.trained_by) == (1, "candidate", "the first one", "kim")
    assert row.metrics == {"candidate": {"ndcg": None}, "window": ["2025-01-01T00:00:00+09:00"]}
    assert (row.window_from, row.window_to) == candidate().window
    assert len(row.sha256) == 64
    [change] = row.changes.all()
    assert (change.before, change.after, change.who, change.why) == ("", "candidate", "kim", "the first one")


def test_metrics_tell_the_age_and_the_damage_of_what_should_serve(clock):
    row = stored(serves=True)
    stored("other", serves=True)
    clock.advance(timedelta(hours=1))
    ModelVersion.objects.filter(pk=row.pk).update(damage="parts of its file are missing")
    ModelDrift.objects.create(model_version=row, feature="a", week=date(2025, 11, 17), psi=0.3, rows=900, level="alert")
    ModelDrift.objects.create(model_version=row, feature="b", week=date(2025, 11, 17), psi=0.1, rows=900, level="fine")
    assert MODEL_AGE.read() == {("toy",): 3600.0, ("other",): 3600.0}
    assert MODEL_UNUSABLE.read() == {("toy",): 1.0, ("other",): 0.0}
    assert MODEL_DRIFT.read() == {("toy",): 0.3}
