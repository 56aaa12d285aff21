"""Demand, for `manage.py train demand` and `manage.py evaluate demand`."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress, Subject

HORIZON_AT_MOST = 90


class Demand(Subject):
    """Totals and days of what products sell."""

    name = "demand"
    title = _("Demand")
    main_metric = "wape_28"

    def evaluate_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sales", type=Path, required=True, help="CSV: item,date,quantity; also category, price, in_stock if known"
        )
        parser.add_argument("--horizon", type=int, default=28, help="days, 1 to 90")
        parser.add_argument("--country", default="KR", help="whose public holidays count")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--chart", type=Path, help="write a picture (SVG) there")

    def evaluate(self, options: Mapping[str, Any], *, progress: Progress) -> dict[str, Any]:
        from ml.demand.calendar import holidays_of
        from ml.demand.evaluation import TooShort, evaluate
        from ml.demand.files import BadFile, sales_read
        from ml.demand.learning import Setup
        from ml.demand.report import chart_svg

        if not 1 <= options["horizon"] <= HORIZON_AT_MOST:
            raise SubjectRefused(f"--horizon must lie between 1 and {HORIZON_AT_MOST}")
        try:
            progress("reading", 0, 1)
            series = sales_read(options["sales"])
            holidays_of(options["country"], series.first.year)
            setup = Setup(seed=options["seed"], country=options["country"])
            found = evaluate(series, horizon=options["horizon"], setup=setup, tell=progress)
        except (BadFile, TooShort) as error:
            raise SubjectRefused(str(error)) from error
        except ValueError as error:
            raise SubjectRefused(f"--country: {error}") from error
        if options["chart"]:
            options["chart"].write_text(chart_svg(found), encoding="utf-8")
        return found

    def train(self, options: Mapping[str, Any], *, serving: Loaded | None, progress: Progress) -> Candidate:
        from ml.services.demand_training import demand_train

        return demand_train(serving=serving, progress=progress)

    def report_text(self, report: dict[str, Any]) -> str:
        from ml.demand.report import report_lines

        return "\n".join(report_lines(report))
