"""What the price rule earns of what could be earned, on the demo market, by the generator's own elasticities and costs.

    python -m benchmarks.price_quality --scale 0.2 --seeds 1 2 3 [--json FILE]

What the rule is given: sales, prices and stock by day, categories and unit costs. Gains are weighted by what products
earn. Best: the price within the same guard rails that earns most by the true elasticity. Answerable: at least two
prices, LEAST_UNITS sold, still on sale; counted by this module, not by the rule.
"""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import numpy as np

from ml.price.choosing import Rails, price_choose
from ml.price.estimating import LEAST_UNITS, elasticities
from ml.price.pooling import pooled
from xlcfi.demo.market import market_build
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20T12:00")


def measure(*, scale: float, seed: int, rails: Rails) -> dict[str, Any]:
    """One market: shares of the available gain, of products made worse, of those answered."""
    market = market_build(scale=scale, seed=seed, span=Span(UNTIL), on_step=lambda step: None)
    demand, units = market.demand, market.sales.sold.astype(np.float64)
    price, day = demand.prices.krw.astype(np.float64), np.arange(units.shape[1])
    offered = (day >= demand.launched[:, None]) & (day < demand.gone[:, None])
    on_sale = offered & (market.stock.offered > 0)
    on_sale[:, -1] = False  # the day that is running
    category = np.unique(market.catalogue.category_id, return_inverse=True)[1].astype(np.int64)
    found = elasticities(units, price, on_sale, category)
    tried = np.array([len(np.unique(row[used])) for row, used in zip(price, on_sale, strict=True)])
    here = demand.gone >= units.shape[1]
    answerable = here & (tried > 1) & ((units * on_sale).sum(axis=1) >= LEAST_UNITS)
    cost, now = np.asarray(market.catalogue.unit_cost, dtype=np.float64), price[:, -2]
    rules = {"ours": (found.elasticity, found.error), "each product alone": (found.own, found.own_error)}
    if found.pooling is not None:
        alike = pooled(np.nan_to_num(found.own, nan=-1.8), np.nan_to_num(found.own_error, nan=9.0), category)
        rules["category alone"] = (alike.category[category], np.full(len(units), alike.within))
    weight = (now - cost) * found.units
    report: dict[str, Any] = {
        "seed": seed,
        "wander": [found.wander.spread, found.wander.keep] if found.wander else None,
        "products": len(units), "answerable": int(answerable.sum()),
        "answered": int((found.enough & answerable).sum()),
        "answered_without_enough_data": int((found.enough & here & ~answerable).sum()),
        "elasticity_rmse": float(np.sqrt(np.mean((found.elasticity - demand.elasticity)[found.enough] ** 2))),
        "within_80": _within(found.elasticity, found.error, demand.elasticity, found.enough), "rules": {},
    }  # fmt: skip
    for name, (mean, error) in rules.items():
        got, best, worse = 0.0, 0.0, 0
        for product in np.flatnonzero(found.enough & answerable):
            at, of, true = now[product], cost[product], demand.elasticity[product]
            choice = price_choose(price=at, cost=of, elasticity=mean[product], error=error[product], rails=rails)
            gain = _gain(choice.price / at, at, of, true)
            got += weight[product] * gain
            best += weight[product] * _best(at, of, true, rails)
            worse += gain < -1e-6
        answered = max(report["answered"], 1)
        report["rules"][name] = {"share_of_gain": got / best if best else None, "worse": worse / answered}
    return report


def _gain(ratio: float, price: float, cost: float, elasticity: float) -> float:
    return float((ratio * price - cost) * ratio**elasticity / (price - cost) - 1)


def _best(price: float, cost: float, elasticity: float, rails: Rails) -> float:
    ratios = np.linspace(1 - rails.largest_step, 1 + rails.largest_step, 61)
    allowed = [r for r in ratios if r * price - cost >= rails.margin_floor * r * price - 1e-9]
    return max([0.0, *(_gain(float(r), price, cost, elasticity) for r in allowed)])


def _within(mean: Any, error: Any, true: Any, of: Any) -> float:
    return float(np.mean(np.abs((mean - true)[of]) <= 1.2816 * error[of]))


def main() -> None:
    """The table, one line a market and rule."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print("| seed | rule | answered of answerable | share of the gain | made worse | RMSE | truth within 80 % |")
    print("|---|---|---|---|---|---|---|")
    reports = []
    for seed in options.seeds:
        report = measure(scale=options.scale, seed=seed, rails=Rails())
        reports.append(report)
        for name, one in report["rules"].items():
            print(
                f"| {seed} | {name} | {report['answered']} of {report['answerable']} | {one['share_of_gain']:.3f} "
                f"| {one['worse']:.3f} | {report['elasticity_rmse']:.2f} | {report['within_80']:.2f} |",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    os.environ.setdefault("DEPLOYMENT", "development")
    django.setup()
    main()
