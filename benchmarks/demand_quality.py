"""Demand back-tested on the demo market: what `manage.py evaluate demand` measures, over several markets.

    python -m benchmarks.demand_quality --scale 0.2 --seeds 1 2 3 4 5 [--horizon 28] [--bare] [--json FILE]

Markets are made in memory. The forecast sees units, categories, prices and the days on which stock had run out, as our
own snapshots tell them; `--bare`: items, days and units only. Nothing of the truth reaches it.
"""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ml.demand.evaluation import evaluate
from ml.demand.learning import Setup, without_details
from ml.demand.series import Series
from xlcfi.demo.market import Market, market_build
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20T12:00")


def market_series(market: Market) -> Series:
    """Units of paid orders by product and day, without the day that is running."""
    sales, days = market.sales, market.span.days - 1
    paid = (market.fates.kind != 0)[sales.line_order]
    units = np.zeros((market.size.products, market.span.days), dtype=np.float32)
    np.add.at(units, (sales.product[paid], sales.day[sales.line_order][paid]), sales.quantity[paid])
    units = units[:, :days]
    sold = units.sum(axis=1) > 0
    return Series(
        [str(product + 1) for product in np.flatnonzero(sold)],
        market.span.first,
        units[sold],
        (units[sold] > 0).argmax(axis=1),
        np.unique(market.catalogue.category_id[sold], return_inverse=True)[1],
        market.stock.left[sold, :days] == 0,
        market.demand.prices.krw[sold, :days],
    )


def main() -> None:
    """A line for each market and horizon."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--horizon", type=int, default=28)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    reports: list[dict[str, Any]] = []
    print(
        "| seed | days | ours | best baseline | ratio | 95 % | bias of mean | 50 % | 80 % | 95 % |\n"
        + "|---" * 10
        + "|"
    )
    for seed in options.seeds:
        market = market_build(scale=options.scale, seed=seed, span=Span(UNTIL), on_step=lambda step: None)
        series = without_details(market_series(market)) if options.bare else market_series(market)
        del market
        report = evaluate(series, horizon=options.horizon, setup=Setup(), tell=lambda stage, done, of: None)
        reports.append({"seed": seed, **report})
        for days, one in report["horizons"].items():
            low, high = one["ratio_interval"]
            best = one["best_baseline"]
            print(
                f"| {seed} | {days} | {one['methods']['ours']['wape']:.4f} | {best} {one['methods'][best]['wape']:.4f} "
                f"| {one['ratio']:.4f} | {low:.3f} to {high:.3f} | {one['mean']['bias']:+.3f} | "
                + " | ".join(f"{100 * share:.1f}" for share in one["coverage"].values())
                + " |",
                flush=True,
            )
    for days in reports[0]["horizons"]:
        mean = np.mean([report["horizons"][days]["ratio"] for report in reports])
        print(f"mean ratio, {days} days: {mean:.4f}")
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
