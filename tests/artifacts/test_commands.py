"""`manage.py train`, `evaluate` and `models`, as operators use them."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.artifacts.toys import Toy, stored
from tests.flow.processes import ROOT
from xlcfi.artifacts import subjects
from xlcfi.artifacts.models import ModelFilePart, ModelTraining, ModelVersion
from xlcfi.artifacts.trainings import training_ask

# A clone of the project on a machine without any server.
NOTHING = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "KAFKA_BOOTSTRAP_SERVERS": "",
    "DEPLOYMENT": "development",
    "DJANGO_SETTINGS_MODULE": "xlcfi.settings",
}


def run(*args):
    out = io.StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue()


def refused(*args):
    with pytest.raises(CommandError) as error:
        run(*args)
    return str(error.value), error.value.returncode


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("1\n2\n3\n")
    return path


def test_evaluate_needs_no_database(toy, rows):
    assert run("evaluate", "toy", "--test", rows) == "3 rows\n"
    told = json.loads(run("evaluate", "toy", "--test", rows, "--k", 5, "--json"))
    assert told == {"rows": 3, "k": 5, "gain": None, "day": "2025-03-01T00:00:00"}


def test_evaluate_says_what_is_wrong_with_the_files(toy, tmp_path):
    (tmp_path / "empty.csv").touch()
    assert refused("evaluate", "toy", "--test", tmp_path / "empty.csv") == ("The file has no rows.", 1)
    text, _code = refused("evaluate", "toy", "--test", tmp_path / "none.csv")
    assert text == f"There is no file {tmp_path / 'none.csv'}."


def test_evaluate_works_on_a_fresh_clone_without_any_server(rows):
    done = subprocess.run(
        [sys.executable, "-c", FRESH, "evaluate", "toy", "--test", rows, "--json"],
        env=os.environ | NOTHING,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 3


FRESH = """
import sys
import django
django.setup()
from django.core.management import execute_from_command_line
from tests.artifacts.toys import Toy
from xlcfi.artifacts.subjects import subject_register
subject_register(Toy())
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


@pytest.mark.django_db
def test_train_serves_what_is_better_and_says_so(toy):
    told = run("train", "toy", "--score", 2)
    assert "toy 1: serves now" in told
    assert "2.0 against None" in told
    assert "toy 2: kept aside" in run("train", "toy", "--score", 1)
    assert "toy (nothing was stored): would be kept aside" in run("train", "toy", "--score", 1, "--dry-run")
    assert "toy 3: serves now" in run("train", "toy", "--score", 1, "--serve-anyway")
    assert "toy 4: kept aside" in run("train", "--all")
    assert ModelVersion.objects.count() == 4


@pytest.mark.django_db
def test_train_refuses_in_words_and_with_an_exit_code(toy):
    assert refused("train") == ("Name one model, or say --all or --queued.", 2)
    assert refused("train", "--all", "toy")[1] == 2
    assert refused("train", "toy", "--score", -1) == ("toy: There are too few orders to learn from.", 1)


@pytest.mark.django_db
def test_of_all_models_one_that_fails_leaves_the_others_trained(toy, monkeypatch):
    class Broken(Toy):
        name = "broken"

        def train(self, options, *, serving, progress):
            raise KeyError("orders")

    monkeypatch.setitem(subjects._subjects, "broken", Broken())
    text, code = refused("train", "--all")
    assert (text, code) == ("broken: KeyError: 'orders'", 1)
    assert ModelVersion.objects.get().name == "toy"
    assert dict(ModelTraining.objects.values_list("name", "state")) == {"broken": "failed", "toy": "done"}


@pytest.mark.django_db
def test_train_does_what_was_asked_for_in_the_admin(toy):
    training_ask(name="toy", who="kim")
    run("train", "--queued")
    assert ModelTraining.objects.get().state == "done"


@pytest.mark.django_db
def test_models_lists_shows_serves_retires_and_verifies(toy):
    stored(serves=True, metrics={"candidate": {"score": 0.25}})
    stored(serves=True)
    listed = run("models", "list")
    assert "0.2500" in listed
    assert listed.index("serving") < listed.index("retired")
    run("models", "serve", "toy", 1, "--why", "the second is odd")
    assert "toy 2 is retired already." in refused("models", "retire", "toy", 2, "--why", "x")[0]
    assert "No version of toy serves now." in run("models", "retire", "toy", 1, "--why", "both are odd")
    shown = json.loads(run("models", "show", "toy", 1))
    assert shown["reason"] == "both are odd"
    assert [change["after"] for change in shown["changes"]] == ["candidate", "serving", "retired", "serving", "retired"]
    assert refused("models", "show", "toy", 7) == ("There is no version 7 of 'toy'.", 1)
    assert run("models", "verify") == "toy 2 (retired): whole\ntoy 1 (retired): whole\n"
    ModelFilePart.objects.filter(model_version__version=2).update(data=b"x")
    assert "1 damaged" in refused("models", "verify", "toy")[0]
    assert "damaged" in run("models", "list")
