"""How much of the way from the best baseline to the generator's own oracle the ranking goes, on the demo market.

    python -m benchmarks.recommendation_quality --scale 0.1 --seeds 1 2 3 4 5 [--changed] [--days 30]
        [--repeats with] [--json FILE]

Markets are made in memory; nothing of the truth reaches the ranking, which is given two files' worth of purchases and
what the shop's pages say of products.
"""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import numpy as np

from benchmarks.market_oracle import oracle_scores, picks_of
from recommendations.evaluation.files import Data
from recommendations.evaluation.run import OURS, evaluate
from recommendations.evaluation.validation import lists_of
from recommendations.ranking.interactions import Events
from recommendations.ranking.items import item_columns
from recommendations.ranking.metrics import ndcg_by_user
from xlcfi.demo import baskets, tastes
from xlcfi.demo.arrays import DAY
from xlcfi.demo.market import Market, market_build
from xlcfi.demo.span import Span

UNTIL = datetime.fromisoformat("2025-11-20T12:00")
# Another market: segments differ less and people more, orders are smaller, and what goes together is bought together
# more often.
CHANGED: tuple[tuple[Any, str, Any], ...] = (
    (tastes, "_BROAD", 0.35),
    (tastes, "_OWN", 1.05),
    (baskets, "COMPANION_CHANCE", 0.85),
    (baskets, "_FIRST_PICKS", np.array([0.5, 0.25, 0.15, 0.07, 0.03])),
)


@contextmanager
def structure_changed(changed: bool) -> Iterator[None]:
    """The generator with other constants."""
    before = [(module, name, getattr(module, name)) for module, name, _ in CHANGED]
    if changed:
        for module, name, value in CHANGED:
            setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def market_data(market: Market, *, cut_us: int) -> Data:
    """Paid purchases before and after the cut, and what the pages say of products at that moment."""
    import pandas as pd

    sales, catalogue = market.sales, market.catalogue
    paid = (market.fates.kind != 0)[sales.line_order]
    buyer, product = sales.buyer[sales.line_order][paid], sales.product[paid]
    moment = sales.moment_us[sales.line_order][paid]
    parts = []
    for part in (moment < cut_us, moment >= cut_us):
        parts.append(
            Events.sorted(
                row=buyer[part].astype(np.int64),
                item=product[part].astype(np.int64),
                day=moment[part] / DAY,
                weight=np.ones(int(part.sum())),
                rows=len(market.people.buyers.user_id),
                items=market.size.products,
            )
        )
    day = (cut_us - market.span.start_us) // DAY
    table = pd.DataFrame(
        {
            "category_id": catalogue.category_id,
            "group": catalogue.group_key,
            "price": market.demand.prices.krw[:, day],
            "seller_id": catalogue.seller,
        }
    )
    columns = item_columns(table.astype(str), items=market.size.products)
    users = [str(user) for user in market.people.buyers.user_id]
    items = [str(item + 1) for item in range(market.size.products)]
    return Data(parts[0], parts[1], users, items, len(users), len(items), columns, has_time=True)


def measure(*, scale: float, seed: int, changed: bool, days: int, repeats: bool) -> dict[str, Any]:
    """One market: NDCG@10 of ours, the best baseline and the oracle, and the part of the gap that is closed."""
    with structure_changed(changed):
        market = market_build(scale=scale, seed=seed, span=Span(UNTIL), on_step=lambda step: None)
        cut_us = market.span.until_us - days * DAY
        data = market_data(market, cut_us=cut_us)
        found = evaluate(data, k=10, repeats=repeats, seed=0, progress=lambda stage, done, of: None)
        picks = picks_of(market)
        lists = lists_of(
            found.fold,
            lambda users, past, now: oracle_scores(market, picks, users, cut_us=cut_us).astype(np.float32),
            size=20,
            popular=np.bincount(data.train.item, minlength=data.train.items).astype(np.float64),
        )
    users = found.fold.users
    oracle = float(ndcg_by_user(found.fold, users, lists, 10).mean())
    values = {
        name: float(method["metrics"]["ndcg@10"]["mean"]) for name, method in found.report["methods"].items()
    }  # fmt: skip
    best = found.report["best_baseline"]
    return {
        "seed": seed, "changed": changed, "repeats": repeats, "users": len(users), "ours": values[OURS],
        "best_baseline": best, "baseline": values[best], "oracle": round(oracle, 6),
        "closed": round((values[OURS] - values[best]) / (oracle - values[best]), 4),
        "difference": found.report["differences"][best]["ndcg@10"], "all": values,
    }  # fmt: skip


def main() -> None:
    """The table, one line a market."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--changed", action="store_true", help="a market of other structure")
    parser.add_argument("--days", type=int, default=30, help="how long the test lasts")
    parser.add_argument("--repeats", choices=["both", "with", "without"], default="both")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    for repeats in {"both": (False, True), "with": (True,), "without": (False,)}[options.repeats]:
        for seed in options.seeds:
            row = measure(
                scale=options.scale, seed=seed, changed=options.changed, days=options.days, repeats=repeats
            )  # fmt: skip
            rows.append(row)
            print(
                f"| {seed} | {'with' if repeats else 'without'} | {row['users']} "
                f"| {row['ours']:.4f} | {row['best_baseline']} {row['baseline']:.4f} | {row['oracle']:.4f} "
                f"| **{row['closed']:.2f}** |",
                flush=True,
            )
        of = [row for row in rows if row["repeats"] == repeats]
        gained, gap = (sum(row[name] - row["baseline"] for row in of) for name in ("ours", "oracle"))
        print(f"| all | {'with' if repeats else 'without'} | | | | | **{gained / gap:.2f}** |", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    os.environ.setdefault("DEPLOYMENT", "development")
    django.setup()
    main()
