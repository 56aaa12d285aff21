"""What can be trained and evaluated. An app's `training.py` registers its subjects; nothing else knows them.

subject_register(Recommendations())    # at the end of recommendations/training.py

`training.py` is imported by the commands, the admin and the job that trains: it imports numpy, scipy and the like
inside its functions only. Evaluating must not need a database where the subject's options give it files.
"""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.module_loading import autodiscover_modules

from xlcfi.artifacts.errors import UnknownSubject

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[[str, int, int], None]
"""(stage, done, of): `of` 0 where it is not known. A stage is a word or two."""


def silent(stage: str, done: int, of: int) -> None:
    """A Progress that tells nobody."""


NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Candidate:
    """What a training gives: it serves if it is `better`, otherwise it is kept aside with the `reason`.

    arrays: plain ones only (numbers, flags, moments, fixed-width text; no objects), by a name of letters, digits, `_`,
    `-` and `.`. window: first and last moment of the data it was trained on, aware. metrics: on the validation window,
    {"candidate": {name: number}, "serving": {…} or None, "baselines": {baseline: {…}}} and whatever else is worth
    keeping; the admin shows these three side by side. reason: a sentence for people, in either case.
    """

    arrays: "Mapping[str, np.ndarray[Any, Any]]"
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    window: tuple[datetime, datetime]
    better: bool
    reason: str
    features: Sequence[str] = ()


@dataclass(frozen=True)
class Loaded:
    """A version, verified and in memory. Its arrays are read-only and may be pages of a file that processes share."""

    name: str
    version: int
    arrays: "Mapping[str, np.ndarray[Any, Any]]"
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    trained_at: datetime
    window: tuple[datetime, datetime]
    features: Sequence[str] = field(default=())


class Subject:
    """Something that is trained, evaluated, or both: override `train`, `evaluate` or both.

    main_metric: the name in metrics["candidate"] that the admin's list shows. An option's name in `…_arguments` must
    not be one that Django's commands have (`--verbosity`, `--settings`, …) or `--json`, `--dry-run`, `--serve-anyway`.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    main_metric: ClassVar[str] = ""

    def evaluate_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options of `manage.py evaluate NAME`."""

    def evaluate(self, options: Mapping[str, Any], *, progress: Progress) -> dict[str, Any]:
        """A report for `--json`. Raises SubjectRefused for what people can mend."""
        raise NotImplementedError

    def report_text(self, report: dict[str, Any]) -> str:
        """The report as a table for people."""
        raise NotImplementedError

    def train_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Adds the options of `manage.py train NAME`. Each has a default: `--all` and the admin give none."""

    def train(self, options: Mapping[str, Any], *, serving: Loaded | None, progress: Progress) -> Candidate:
        """A candidate. serving: what it has to beat. Raises SubjectRefused where there is too little to learn from."""
        raise NotImplementedError

    def train_defaults(self) -> dict[str, Any]:
        """The options of a training that nobody gave any."""
        parser = argparse.ArgumentParser()
        self.train_arguments(parser)
        return vars(parser.parse_args([]))

    @property
    def can_train(self) -> bool:
        """Whether it has something to train."""
        return type(self).train is not Subject.train

    @property
    def can_evaluate(self) -> bool:
        """Whether it can be evaluated by the command."""
        return type(self).evaluate is not Subject.evaluate


_subjects: dict[str, Subject] = {}


def subject_register(subject: Subject) -> None:
    """Makes `subject` known. Raises TypeError for a name that is none, or that another class has already."""
    if not NAME.fullmatch(subject.name):
        raise TypeError(f"{subject.name!r} is no name of a subject: small letters, digits, - and _, at most 64")
    known = _subjects.setdefault(subject.name, subject)
    if type(known) is not type(subject):
        raise TypeError(f"two subjects are called {subject.name}")


def subjects() -> list[Subject]:
    """Those of all apps, by name."""
    autodiscover_modules("training")
    return [_subjects[name] for name in sorted(_subjects)]


def subject_named(name: str) -> Subject:
    """The subject `name`. Raises UnknownSubject."""
    found = {subject.name: subject for subject in subjects()}
    if name not in found:
        raise UnknownSubject(name)
    return found[name]


def main_metrics() -> dict[str, str]:
    """By name, the metric that is shown first."""
    return {subject.name: subject.main_metric for subject in subjects()}
