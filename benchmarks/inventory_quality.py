"""The policy of stock replayed over the demo market's last quarter, against a fixed cover of equal fill rate.

    python -m benchmarks.inventory_quality --scale 0.2 --seeds 1 2 3 4 5 [--level 0.95] [--least-order market|1]

What buyers wanted, also where stock hid it, comes from the truth; so do lead times, shelf lives and, with `market`, the
least orders. The forecast sees sales, prices and days without stock only, up to each Monday.
"""

import argparse
from datetime import datetime

import numpy as np

from benchmarks.demand_quality import market_series
from ml.demand.learning import Setup
from ml.inventory.policy import Supply
from ml.inventory.simulation import DAYS, simulate
from xlcfi.demo.market import market_build
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20T12:00")


def main() -> None:
    """A line for each market."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--level", type=float, default=0.95)
    parser.add_argument("--least-order", choices=["market", "1"], default="market")
    options = parser.parse_args()
    print(
        "| seed | asked | fill | stock | fixed cover, days | its fill | its stock | ours / its |\n" + "|---" * 8 + "|"
    )
    for seed in options.seeds:
        market = market_build(scale=options.scale, seed=seed, span=Span(UNTIL), on_step=lambda step: None)
        series = market_series(market)
        sold = np.array([int(item) - 1 for item in series.items])
        wanted = market.sales.wanted[sold, : series.days][:, -DAYS:].astype(np.float64)
        least = market.suppliers.least_order[sold] if options.least_order == "market" else np.ones(len(sold))
        supply = Supply(
            np.round(market.suppliers.lead_days[sold]),
            np.full(len(sold), options.level),
            least.astype(np.float64),
            market.catalogue.shelf_life_days[sold].astype(np.float64),
        )
        one = simulate(series, wanted, supply, setup=Setup(), tell=lambda stage, done, of: None)
        print(
            f"| {seed} | {one['asked']:.3f} | {one['fill']:.4f} | {one['stock']:,.0f} | {one['fixed_cover_days']:.1f} "
            f"| {one['fixed_fill']:.4f} | {one['fixed_stock']:,.0f} | {one['stock_ratio']:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
