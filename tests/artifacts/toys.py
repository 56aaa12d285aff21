"""A model to try the registry with: it learns a list of numbers."""

from datetime import datetime

import numpy as np

from tests.factories import seoul
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Subject
from xlcfi.artifacts.versions import version_add, version_serve

WINDOW = (seoul("2025-01-01"), seoul("2025-11-01"))


def candidate(numbers=(1.0, 2.0), **changed):
    values = {
        "arrays": {"numbers": np.array(numbers)},
        "parameters": {"shrinkage": np.float32(0.5)},
        "metrics": {"candidate": {"ndcg": 0.31}, "serving": None, "baselines": {"popularity": {"ndcg": 0.2}}},
        "window": WINDOW,
        "better": True,
        "reason": "the first one",
        "features": ("orders",),
    }
    return Candidate(**{**values, **changed})


def stored(name="toy", numbers=(1.0, 2.0), *, serves=False, **changed):
    row = version_add(name=name, candidate=candidate(numbers, **changed), who="kim", seconds=1.5)
    return version_serve(version_id=row.pk, who="kim", why="to try it") if serves else row


class Toy(Subject):
    """Its candidates are better where `--score` is more than that of the one that serves."""

    name = "toy"
    title = "A toy"
    main_metric = "score"

    def evaluate_arguments(self, parser):
        parser.add_argument("--test", required=True)
        parser.add_argument("--k", type=int, default=10)

    def evaluate(self, options, *, progress):
        with open(options["test"]) as lines:
            rows = list(lines)
        progress("scoring", len(rows), len(rows))
        if not rows:
            raise SubjectRefused("The file has no rows.")
        return {"rows": np.int64(len(rows)), "k": options["k"], "gain": float("nan"), "day": datetime(2025, 3, 1)}  # noqa: DTZ001

    def report_text(self, report):
        return f"{report['rows']} rows"

    def train_arguments(self, parser):
        parser.add_argument("--score", type=float, default=1.0)

    def train(self, options, *, serving, progress):
        progress("fitting", 1, 2)
        score = options["score"]
        if score < 0:
            raise SubjectRefused("There are too few orders to learn from.")
        present = None if serving is None else serving.metrics["candidate"]["score"]
        better = present is None or score > present
        metrics = {"candidate": {"score": score}, "serving": None if present is None else {"score": present}}
        reason = f"{score} against {present}"
        return candidate((score, score), metrics=metrics, better=better, reason=reason, parameters={"score": score})
