"""Writes the ground truth: what no table says, for tests and benchmarks only."""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from xlcfi.demo.arrays import DAY, Floats, Ints
from xlcfi.demo.browsing import LIST_LENGTH, Browsing, examination
from xlcfi.demo.demand import broken_seller
from xlcfi.demo.market import Market
from xlcfi.demo.occasions import HAZARD
from xlcfi.demo.prices import REASONS
from xlcfi.demo.ratings import QUALITY_FALL
from xlcfi.demo.sales import share_hidden

HORIZON_DAYS = 90
_README = Path(__file__).with_name("truth_columns.md")


def truth_write(market: Market, browsing: Browsing, *, folder: Path) -> None:
    """Write all truth files into `folder`; truth_columns.md (copied there as README.md) says what they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_bytes(_README.read_bytes())
    _market(market, browsing, folder / "market.json")
    _products(market, browsing, folder / "products.csv")
    _price_changes(market, folder / "price_changes.csv")
    _refunds(market, folder / "refunds.csv")
    _daily(market, folder / "daily.npz")
    _buyers(market, folder / "buyers.npz")
    _orders(market, folder / "orders.npz")
    _reviews(market, folder / "reviews.jsonl.gz")


def _market(market: Market, browsing: Browsing, path: Path) -> None:
    span, dates = market.span, market.span.dates()
    bots = sorted(set(browsing.session_name[browsing.bot].tolist()))
    known = {
        "scale": market.size.scale,
        "seed": market.streams.seed,
        "first_day": str(dates[0]),
        "until": span.until.isoformat(),
        "break_day": str(dates[span.break_day]),
        "broken_seller_id": int(market.people.seller_ids[broken_seller(market.catalogue)]),
        "quality_fall_stars": QUALITY_FALL,
        "hazard_log_odds": HAZARD,
        "share_hidden_by_stock": share_hidden(sales=market.sales),
        "examination_by_position": [round(float(p), 6) for p in examination(np.arange(1, LIST_LENGTH + 1))],
        "bot_sessions": bots,
        "noise_floor": {
            f"wape_{days}d": _noise_floor(market.mean_units, market.sales.wanted, days) for days in (1, 7, 28)
        },
    }
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _noise_floor(mean: Floats, units: Ints, days: int) -> float:
    """Error that is left when every true mean is known: sum |units - mean| / sum units, on totals of `days`."""
    last = mean.shape[1] - mean.shape[1] % days
    summed = [part[:, :last].reshape(len(part), -1, days).sum(axis=2, dtype=np.float64) for part in (mean, units)]
    return round(float(np.abs(summed[1] - summed[0]).sum() / max(summed[1].sum(), 1.0)), 5)


def _table(path: Path, header: Sequence[str], columns: Iterable[Iterable[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(zip(*columns, strict=True))


def _products(market: Market, browsing: Browsing, path: Path) -> None:
    catalogue, demand, span = market.catalogue, market.demand, market.span
    first = np.datetime64(span.first, "D")
    columns: dict[str, Iterable[Any]] = {
        "product_id": range(1, market.size.products + 1),
        "elasticity": demand.elasticity.round(6).tolist(),
        "unit_cost": catalogue.unit_cost.tolist(),
        "lead_days": market.suppliers.lead_days.round(4).tolist(),
        "least_order": market.suppliers.least_order.tolist(),
        "shelf_life_days": catalogue.shelf_life_days.tolist(),
        "repeat_days": ["" if days != days else days for days in catalogue.repeat_days.tolist()],
        "bundle": market.bundle.tolist(),
        "quality": market.ratings.quality.round(6).tolist(),
        "relevance": browsing.relevance.round(6).tolist(),
        "trend": demand.trend.round(6).tolist(),
        "mean_quantity": demand.mean_quantity.tolist(),
        "never_changes_price": demand.prices.never_changes.astype(int).tolist(),
        "launched": (first + np.maximum(demand.launched, 0)).astype(str).tolist(),
        "gone": ["" if day >= span.days else str(first + day) for day in demand.gone.tolist()],
    }
    _table(path, list(columns), columns.values())


def _price_changes(market: Market, path: Path) -> None:
    prices = market.demand.prices
    product, day = prices.change_product, prices.change_day
    columns = (
        (product + 1).tolist(), market.span.dates()[day].astype(str).tolist(),
        prices.krw[product, day - 1].astype(int).tolist(), prices.krw[product, day].astype(int).tolist(),
        [REASONS[reason] for reason in prices.change_reason.tolist()],
    )  # fmt: skip
    _table(path, ("product_id", "day", "old_krw", "new_krw", "reason"), columns)


def _refunds(market: Market, path: Path) -> None:
    refunds = market.refunds
    when = np.datetime_as_string(refunds.moment_us.view("datetime64[us]"), unit="us")
    columns = (
        range(1, len(refunds.order) + 1), (refunds.order + 1).tolist(), (refunds.amount / 100).tolist(),
        market.bills.currency_text()[refunds.order].tolist(), when.tolist(), refunds.whole.astype(int).tolist(),
        refunds.told.astype(int).tolist(),
    )  # fmt: skip
    _table(path, ("refund", "order_id", "amount", "currency", "moment", "whole", "told_by_event"), columns)


def _daily(market: Market, path: Path) -> None:
    sales, stock, demand = market.sales, market.stock, market.demand
    np.savez(
        path,
        mean_units=market.mean_units.astype(np.float32),
        wanted_units=_narrow(sales.wanted),
        sold_units=_narrow(sales.sold),
        spoiled_units=_narrow(sales.spoiled),
        offered_units=_narrow(stock.offered),
        received_units=_narrow(stock.received),
        left_units=_narrow(stock.left),
        price_krw=demand.prices.krw.astype(np.int32),
        shock=demand.shock.astype(np.float32),
    )


def _narrow(units: Ints) -> Ints:
    """Half the bytes, where all values fit."""
    return units.astype(np.int16) if units.max() < 2**15 else units


def _buyers(market: Market, path: Path) -> None:
    buyers, occasions, tastes = market.people.buyers, market.occasions, market.tastes
    last = np.full(len(buyers.user_id), -1, dtype=np.int64)
    last[occasions.buyer] = np.arange(len(occasions.buyer))  # occasions are sorted by buyer and time
    ordered = last >= 0
    last_day = np.where(ordered, occasions.day[last] + 0.5, np.nan)
    np.savez(
        path,
        user_id=buyers.user_id,
        mean_gap_days=buyers.mean_gap * occasions.pace_scale,
        regularity=buyers.regularity,
        contentment=buyers.contentment,
        price_sensitivity=buyers.price_sensitivity,
        loyalty=buyers.loyalty,
        lapsed=occasions.lapsed,
        lapse_day=occasions.lapse_day,
        last_hazard=np.where(ordered, occasions.hazard[last], np.nan),
        no_order_90d=no_order_chance(market, last_day),
        category_ids=tastes.category_ids,
        segment=tastes.segment,
        liking=tastes.liking,
        shift=tastes.shift,
    )


def no_order_chance(market: Market, last_day: Floats) -> Floats:
    """P(no order in the 90 days after `until`) for every buyer, given whether they have lapsed; nan without an order.

    last_day: shape (buyers,), day number of the last order. Gaps are gamma distributed in busy days.
    """
    buyers, pace, span = market.people.buyers, market.pace, market.span
    rng, chance = market.streams.of("survival"), np.where(np.isnan(last_day), np.nan, 1.0)
    today = (span.until_us - span.start_us) / DAY
    busy_now, busy_then = pace.warp(np.array([today, today + HORIZON_DAYS]))
    gap = buyers.mean_gap * market.occasions.pace_scale
    for shape in np.unique(buyers.regularity):
        drawn = np.sort(rng.gamma(shape, 1 / shape, 200_000))
        who = np.flatnonzero((buyers.regularity == shape) & ~market.occasions.lapsed & ~np.isnan(last_day))
        last = pace.warp(last_day[who])
        until_now = 1 - np.searchsorted(drawn, (busy_now - last) / gap[who]) / len(drawn)
        until_then = 1 - np.searchsorted(drawn, (busy_then - last) / gap[who]) / len(drawn)
        chance[who] = np.divide(until_then, until_now, out=np.zeros(len(who)), where=until_now > 0)
    return chance


def _orders(market: Market, path: Path) -> None:
    sales = market.sales
    np.savez(
        path,
        order_id=np.arange(1, len(sales.buyer) + 1),
        hazard=market.occasions.hazard[sales.occasion],
        bad_delivery=sales.bad_delivery,
        fate=market.fates.kind,
    )


def _reviews(market: Market, path: Path) -> None:
    written, encoder = market.review_texts, msgspec.json.Encoder()
    rows = zip(written.aspects, written.disagrees.tolist(), market.ratings.satisfaction.round(4).tolist(), strict=True)
    lines = [
        encoder.encode({"review_id": number, "aspects": aspects, "disagrees": disagrees, "satisfaction": satisfaction})
        for number, (aspects, disagrees, satisfaction) in enumerate(rows, start=1)
    ]
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=raw, mtime=0) as file:
        file.write(b"\n".join(lines) + b"\n")
