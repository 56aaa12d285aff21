"""What of recommendations can be trained and evaluated: `manage.py train recommendations`, `manage.py evaluate …`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress, Subject, subject_register


class Recommendations(Subject):
    """Trained on the platform's purchases; evaluated on files, where nothing of the platform is read."""

    name = "recommendations"
    title = _("Recommendations")
    main_metric = "ndcg@10"

    def train_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=1_095, help="how far back purchases are read (default: 1095)")
        parser.add_argument("--window", type=int, default=28, help="days at their end to choose by (default: 28)")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--quick", action="store_true", help="few settings and people: for small shops")

    def train(self, options: Mapping[str, Any], *, serving: Loaded | None, progress: Progress) -> Candidate:
        from recommendations.services.training import BUDGET, QUICK, Asked, candidate_trained

        if options["days"] < 2 or options["window"] < 1:
            raise SubjectRefused("--days must be at least 2, --window at least 1")
        budget = QUICK if options["quick"] else BUDGET
        asked = Asked(days=options["days"], window=options["window"], seed=options["seed"], budget=budget)
        return candidate_trained(asked, serving=serving, progress=progress)

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
