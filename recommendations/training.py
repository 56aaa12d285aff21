"""What of recommendations can be evaluated, for `manage.py evaluate recommendations`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Progress, Subject, subject_register


class Recommendations(Subject):
    """Evaluated on files: nothing of the platform is read."""

    name = "recommendations"
    title = _("Recommendations")
    main_metric = "ndcg@10"

    def evaluate_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, required=True, help="CSV: user,item,time[,weight]")
        parser.add_argument("--test", type=Path, required=True, help="CSV: user,item,time[,weight]")
        parser.add_argument("--items", type=Path, help="CSV: item and anything, such as category, price, seller")
        parser.add_argument("--k", type=int, default=10)
        parser.add_argument("--repeats", action="store_true", help="items that the user had before count too")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--chart", type=Path, help="write a picture (SVG) there")

    def evaluate(self, options: Mapping[str, Any], *, progress: Progress) -> dict[str, Any]:
        from recommendations.evaluation.chart import chart_svg
        from recommendations.evaluation.files import BadFile, data_read
        from recommendations.evaluation.run import NothingToMeasure, evaluate

        if options["k"] < 1:
            raise SubjectRefused("--k must be at least 1")
        try:
            progress("reading", 0, 1)
            data = data_read(train=options["train"], test=options["test"], items=options["items"])
            found = evaluate(
                data, k=options["k"], repeats=options["repeats"], seed=options["seed"], progress=progress
            ).report
        except (BadFile, NothingToMeasure) as error:
            raise SubjectRefused(str(error)) from error
        if options["chart"]:
            options["chart"].write_text(chart_svg(found), encoding="utf-8")
        return found

    def report_text(self, report: dict[str, Any]) -> str:
        from recommendations.evaluation.report import report_lines

        return "\n".join(report_lines(report))


subject_register(Recommendations())
