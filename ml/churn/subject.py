"""Churn, for `manage.py train churn` and `manage.py evaluate churn`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress, Subject


class Churn(Subject):
    """Trained on the platform's orders; evaluated on a file, without a database."""

    name = "churn"
    title = _("Churn risk")
    main_metric = "auc"

    def evaluate_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--orders", type=Path, required=True, help="CSV: user,time,amount")
        parser.add_argument("--days", type=int, default=90, help="the horizon (default 90)")
        parser.add_argument("--seed", type=int, default=0, help="of folds and resampling (default 0)")
        parser.add_argument("--chart", type=Path, help="write a reliability chart (SVG) there")

    def evaluate(self, options: Mapping[str, Any], *, progress: Progress) -> dict[str, Any]:
        from ml.churn.evaluation import evaluate
        from ml.churn.files import BadFile, orders_read
        from ml.churn.fitting import TooLittle
        from ml.churn.report import reliability_svg

        if options["days"] < 1:
            raise SubjectRefused("--days must be at least 1")
        try:
            progress("reading", 0, 1)
            orders = orders_read(options["orders"])
            report = evaluate(orders, horizon=float(options["days"]), seed=options["seed"], progress=progress)
        except (BadFile, TooLittle) as error:
            raise SubjectRefused(str(error)) from error
        if options["chart"]:
            options["chart"].write_text(reliability_svg(report), encoding="utf-8")
        return report

    def report_text(self, report: dict[str, Any]) -> str:
        from ml.churn.report import report_text

        return report_text(report)

    def train(self, options: Mapping[str, Any], *, serving: Loaded | None, progress: Progress) -> Candidate:
        from ml.services.churn_training import churn_train

        return churn_train(serving=serving, progress=progress)
