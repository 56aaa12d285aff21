"""Churn risk against its baselines on the demo market, seed by seed: what `manage.py evaluate churn` says of each.

    python -m benchmarks.churn_quality --scale 0.2 --seeds 1 2 3 4 5 [--json FILE] [--chart FILE]

Markets are made in memory; what reaches the model is user, time and amount of paid orders.
"""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import numpy as np

from ml.churn.evaluation import evaluate
from ml.churn.orders import Orders
from ml.churn.report import main_figures, reliability_svg
from xlcfi.demo.arrays import DAY
from xlcfi.demo.market import Market, market_build
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20T12:00")
HORIZON_DAYS = 90.0


def market_orders(market: Market) -> Orders:
    """Paid orders, each currency's amounts in that currency's usual order."""
    paid = market.fates.kind != 0
    currency, total = market.bills.currency[paid], market.bills.total[paid].astype(np.float64)
    amount = np.empty(len(total))
    for each in np.unique(currency):
        of = currency == each
        amount[of] = np.maximum(total[of] / np.median(total[of]), 1e-3)
    return Orders.sorted(
        customer=market.sales.buyer[paid], day=market.sales.moment_us[paid] / DAY, amount=amount,
        customers=len(market.people.buyers.user_id),
    )  # fmt: skip


def measure(*, scale: float, seed: int) -> dict[str, Any]:
    """The report on one market."""
    market = market_build(scale=scale, seed=seed, span=Span(UNTIL), on_step=lambda step: None)
    return evaluate(
        market_orders(market), horizon=HORIZON_DAYS, seed=0, progress=lambda stage, done, of: None
    )  # fmt: skip


def main() -> None:
    """The table, one line a market, and their mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path, help="the reliability chart of the first market (SVG)")
    options = parser.parse_args()
    print("| seed | tested | ours | rfm logistic | ours minus it (95 %) | over recency | slope (95 %) | error |")
    print("|---|---|---|---|---|---|---|---|")
    reports, figures = [], []
    for seed in options.seeds:
        report = measure(scale=options.scale, seed=seed)
        reports.append({"seed": seed, **report})
        one = main_figures(report)
        figures.append(list(one.values()))
        less, slope = report["ours_minus"]["rfm logistic"], report["calibration"]["ours"]["slope"]
        print(
            f"| {seed} | {report['data']['tested']:,} | {one['auc']:.4f} "
            f"| {report['auc']['rfm logistic']['value']:.4f} "
            f"| {less['value']:+.4f} ({less['low']:+.4f} to {less['high']:+.4f}) | {one['over_recency']:+.4f} "
            f"| {slope['value']:.3f} ({slope['low']:.3f} to {slope['high']:.3f}) "
            f"| {report['calibration']['ours']['calibration_error']:.3f} |",
            flush=True,
        )
        if options.chart and seed == options.seeds[0]:
            options.chart.write_text(reliability_svg(report), encoding="utf-8")
    auc, recency, rfm, slope_mean = np.mean(figures, axis=0)
    print(f"| mean | | {auc:.4f} | | **{rfm:+.4f}** | {recency:+.4f} | {slope_mean:.3f} | |")
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    os.environ.setdefault("DEPLOYMENT", "development")
    django.setup()
    main()
