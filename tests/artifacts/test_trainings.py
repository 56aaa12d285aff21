"""Trainings: what becomes of a candidate, one of a name at a time, and what people asked for."""

import threading

import pytest

from tests.artifacts.toys import Toy, stored
from tests.together import at_once
from xlcfi.artifacts.errors import SubjectRefused, TrainingRunning
from xlcfi.artifacts.models import ModelTraining, ModelVersion
from xlcfi.artifacts.queue import queue_work, queued
from xlcfi.artifacts.retention import old_files_strip
from xlcfi.artifacts.serving import serving
from xlcfi.artifacts.storage import StoredFile, parts_check
from xlcfi.artifacts.subjects import silent
from xlcfi.artifacts.trainings import training_ask, training_run, training_try
from xlcfi.artifacts.versions import version_serve

pytestmark = pytest.mark.django_db


def train(score, subject=None, **more):
    return training_run(subject=subject or Toy(), options={"score": score}, who="kim", progress=silent, **more)


def states():
    return dict(ModelVersion.objects.values_list("version", "state"))


def test_what_is_better_serves_and_what_is_not_is_kept_aside_with_the_reason():
    first = train(1.0)
    assert (first.serves, first.version.version) == (True, 1)
    worse = train(0.5)
    assert (worse.serves, worse.reason) == (False, "0.5 against 1.0")
    assert train(2.0).serves
    assert states() == {1: "retired", 2: "candidate", 3: "serving"}
    assert ModelVersion.objects.get(version=2).reason == "0.5 against 1.0"
    assert serving("toy").parameters == {"score": 2.0}
    done = ModelTraining.objects.order_by("id")
    assert [(row.state, row.asked_by, row.outcome, row.options) for row in done] == [
        ("done", "kim", "1.0 against None", {"score": 1.0}),
        ("done", "kim", "0.5 against 1.0", {"score": 0.5}),
        ("done", "kim", "2.0 against 1.0", {"score": 2.0}),
    ]
    assert [row.model_version.version for row in done] == [1, 2, 3]


def test_what_is_not_better_can_be_made_to_serve_and_the_audit_says_so():
    train(1.0)
    assert train(0.5, serve_anyway=True).serves
    assert states() == {1: "retired", 2: "serving"}
    change = ModelVersion.objects.get(version=2).changes.latest("id")
    assert (change.before, change.after, change.who) == ("candidate", "serving", "kim")
    assert change.why == "It is to serve although it is not better: 0.5 against 1.0"


def test_a_dry_run_stores_nothing():
    tried = training_try(subject=Toy(), options={"score": 1.0}, progress=silent)
    assert (tried.candidate.better, tried.version, tried.serves) == (True, None, False)
    assert not ModelVersion.objects.exists()
    assert not ModelTraining.objects.exists()


def test_why_a_training_failed_stays_to_be_read():
    with pytest.raises(SubjectRefused):
        train(-1.0)
    row = ModelTraining.objects.get()
    assert (row.state, row.outcome) == ("failed", "There are too few orders to learn from.")
    assert row.finished_at is not None


class Meanwhile(Toy):
    """While it trains, somebody has another version serve."""

    def train(self, options, *, serving, progress):
        version_serve(version_id=ModelVersion.objects.get(state="retired").pk, who="lee", why="the present one is odd")
        return super().train(options, serving=serving, progress=progress)


def test_a_candidate_that_was_not_compared_with_what_serves_now_is_kept_aside():
    train(1.0)
    train(2.0)
    trained = train(3.0, Meanwhile())
    assert not trained.serves
    assert states() == {1: "serving", 2: "retired", 3: "candidate"}
    assert "toy 1 serves: toy 3 was not compared with that" in ModelVersion.objects.get(version=3).reason


@pytest.mark.django_db(transaction=True)
def test_of_two_trainings_at_once_the_second_is_told_that_one_runs():
    begun, go_on, refused = threading.Event(), threading.Event(), []

    class Slow(Toy):
        def train(self, options, *, serving, progress):
            begun.set()
            assert go_on.wait(20)
            return super().train(options, serving=serving, progress=progress)

    def second():
        assert begun.wait(20)
        try:
            train(9.0)
        except TrainingRunning as error:
            refused.append(str(error))
        finally:
            go_on.set()

    at_once(lambda: train(1.0, Slow()), second)
    assert refused == ["toy"]
    assert states() == {1: "serving"}
    assert ModelTraining.objects.get().state == "done"
    assert train(2.0).serves


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_once_both_are_done_one_after_the_other():
    stored(serves=True)
    rows = [stored(), stored()]
    at_once(*(lambda row=row: version_serve(version_id=row.pk, who="kim", why="this one") for row in rows))
    assert ModelVersion.objects.filter(state="serving").count() == 1
    assert sorted(states().values()) == ["retired", "retired", "serving"]


# --- What was asked for


def test_what_was_asked_for_twice_is_trained_once(toy):
    asked = training_ask(name="toy", who="kim")
    assert training_ask(name="toy", who="lee") == asked
    assert queue_work() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.asked_by, asked.outcome) == ("done", "kim", "1.0 against None")
    assert ModelVersion.objects.get().trained_by == "kim"
    assert queue_work() == 0
    assert training_ask(name="toy", who="lee") != asked


def test_what_cannot_be_trained_does_not_hold_up_the_others(toy, monkeypatch):
    training_ask(name="gone", who="kim")
    training_ask(name="toy", who="kim")
    assert queue_work() == 1
    assert dict(ModelTraining.objects.values_list("name", "state")) == {"gone": "failed", "toy": "done"}
    monkeypatch.setattr(Toy, "train", lambda *args, **more: 1 / 0)
    training_ask(name="toy", who="kim")
    queue_work()
    assert ModelTraining.objects.latest("id").outcome == "ZeroDivisionError: division by zero"


def test_what_is_being_trained_waits_for_its_end(toy):
    running = ModelTraining.objects.create(name="toy", state="running", asked_by="lee")
    asked = training_ask(name="toy", who="kim")
    assert (queued(), queue_work()) == ([], 0)
    running.delete()
    assert queued() == [asked]


def test_a_training_that_another_process_has_taken_is_not_done_again(toy):
    asked = training_ask(name="toy", who="kim")
    queue_work()
    with pytest.raises(TrainingRunning):
        training_run(subject=toy, options=toy.train_defaults(), who="kim", progress=silent, asked=asked)
    assert ModelVersion.objects.count() == 1


# --- Old files


def test_old_versions_lose_their_file_and_nothing_else(settings):
    settings.MODEL_FILES_KEPT = 2
    for number in range(5):
        stored(numbers=(float(number),), serves=True)
        stored(numbers=(-1.0,))
    stored("other", serves=True)
    assert old_files_strip() == 5
    kept = ModelVersion.objects.filter(name="toy", file_removed_at=None)
    assert sorted(kept.values_list("version", "state")) == [
        (5, "retired"),
        (7, "retired"),
        (8, "candidate"),
        (9, "serving"),
        (10, "candidate"),
    ]
    for row in kept:
        parts_check(StoredFile(row.pk, row.file_bytes, row.sha256))
    assert ModelVersion.objects.filter(name="toy").count() == 10
    assert old_files_strip() == 0
