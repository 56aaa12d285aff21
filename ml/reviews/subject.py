"""Reading reviews, for `manage.py train reviews` and `manage.py evaluate reviews`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress, Subject


class Reviews(Subject):
    """Trained on the platform's reviews with their stars as labels; evaluated on files, without a database."""

    name = "reviews"
    title = _("Reading reviews")
    main_metric = "accuracy"

    def evaluate_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--test", type=Path, required=True, help="TSV: rating or label, and text")
        parser.add_argument("--train", type=Path, help="TSV: fit to these instead of asking the shipped model")
        parser.add_argument("--seed", type=int, default=0, help="of the resampling (default 0)")
        parser.add_argument("--chart", type=Path, help="write a reliability chart (SVG) there")

    def evaluate(self, options: Mapping[str, Any], *, progress: Progress) -> dict[str, Any]:
        from ml.reviews.evaluation import NothingToMeasure, evaluate
        from ml.reviews.fitting import TooLittle
        from ml.reviews.rated_texts import BadFile, rated_read
        from ml.reviews.report import reliability_svg
        from ml.reviews.shipped import ShippedDamaged, shipped_files, shipped_reader

        paths = [options["test"], *([options["train"]] if options["train"] else [])]
        try:
            progress("reading", 0, 1)
            test, *train = rated_read(*paths)
            report = evaluate(
                test=test,
                train=train[0] if train else None,
                shipped=shipped_reader(),
                seen=shipped_files()[0]["seen"],
                seed=options["seed"],
                progress=progress,
            )
        except (BadFile, NothingToMeasure, TooLittle, ShippedDamaged) as error:
            raise SubjectRefused(str(error)) from error
        if options["chart"]:
            options["chart"].write_text(reliability_svg(report), encoding="utf-8")
        return report

    def report_text(self, report: dict[str, Any]) -> str:
        from ml.reviews.report import report_text

        return report_text(report)

    def train_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=200_000, help="the newest so many reviews (default 200000)")

    def train(self, options: Mapping[str, Any], *, serving: Loaded | None, progress: Progress) -> Candidate:
        from ml.services.reviews_training import reviews_train

        return reviews_train(limit=options["limit"], serving=serving, progress=progress)
