"""What people would buy if everything were in stock: an intensity for every product and day."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.appetite import Appetite, appetite_of, season_effects
from xlcfi.demo.arrays import Floats, Ints, Streams
from xlcfi.demo.catalogue import Catalogue
from xlcfi.demo.prices import Prices, demand_shocks, price_paths
from xlcfi.demo.span import Size, Span

_ACCEPT = 0.5  # how often a usual companion or an old favourite is taken at its usual price


@dataclass(frozen=True)
class Demand:
    """The demand side of every product.

    elasticity: shape (products,). intensity, acceptance, shock: shape (products, days): how strongly a product draws
    (its share is its part of the sum), the chance that an old favourite is taken, log demand without price or season.
    launched, gone: the first day on sale (0 or before: always), the first day no longer (days: never).
    """

    elasticity: Floats
    intensity: Floats
    acceptance: Floats
    shock: Floats
    trend: Floats
    launched: Ints
    gone: Ints
    mean_quantity: Floats
    prices: Prices


def appetites_of(catalogue: Catalogue) -> list[Appetite]:
    """The behaviour of every product's category."""
    return [appetite_of(f"{leaf} {group}") for leaf, group in zip(catalogue.leaf_key, catalogue.group_key, strict=True)]


def broken_seller(catalogue: Catalogue) -> int:
    """Index of the seller whose quality falls on the break's day: the third by weight of their products."""
    drawn = np.bincount(catalogue.seller, weights=catalogue.weight)
    return int(np.argsort(-drawn, kind="stable")[min(2, len(drawn) - 1)])


def demand_build(*, catalogue: Catalogue, size: Size, span: Span, streams: Streams) -> Demand:
    """Prices and the demand they meet, for every product and day."""
    rng = streams.of("demand")
    count, days = size.products, span.days
    appetites = appetites_of(catalogue)
    usual = np.array([appetite.elasticity for appetite in appetites])
    elasticity = np.clip(usual * rng.lognormal(0, 0.25, count), -4.0, -0.4)
    different = list(dict.fromkeys(appetites))
    season = season_effects(appetites=different, span=span)[[different.index(appetite) for appetite in appetites]]
    shock = demand_shocks(products=count, days=days, rng=streams.of("shocks"))
    trend = rng.normal(0.0, 0.18, count)
    years = (np.arange(days) - days / 2) / 365
    fall = 0.6 * np.clip((np.arange(days) - span.break_day) / 60, 0, 1)
    quiet = shock + season.astype(np.float32)
    quiet += (trend[:, None] * years).astype(np.float32)
    broken = catalogue.seller == broken_seller(catalogue)
    quiet[broken] -= fall.astype(np.float32)
    weight = np.asarray(catalogue.weight, dtype=np.float64) * rng.lognormal(0, 0.25, count)
    weight /= weight.sum()
    launched, gone = _life(count=count, days=days, rng=rng)
    quantity = np.where(catalogue.base_price_krw < 6_000, 1.7, np.where(catalogue.base_price_krw < 20_000, 1.3, 1.08))
    prices = price_paths(
        base_krw=np.asarray(catalogue.base_price_krw, dtype=np.float64),
        elasticity=elasticity,
        weekly_units=weight * size.lines / (days / 7) * quantity,
        quiet=quiet,
        feast_strength=np.array([max(appetite.seollal, appetite.chuseok) for appetite in appetites]),
        unit_cost=np.asarray(catalogue.unit_cost, dtype=np.float64),
        span=span,
        rng=streams.of("prices"),
    )
    relative = np.log(prices.krw / np.asarray(catalogue.base_price_krw, dtype=np.float32)[:, None])
    pull = elasticity.astype(np.float32)[:, None] * relative
    day = np.arange(days)
    on_sale = (day >= launched[:, None]) & (day < gone[:, None])
    intensity = np.exp(quiet + pull) * weight.astype(np.float32)[:, None] * on_sale
    acceptance = np.minimum(_ACCEPT * np.exp(0.7 * shock + pull), 1.0) * on_sale
    return Demand(elasticity, intensity, acceptance.astype(np.float32), shock, trend, launched, gone, quantity, prices)


def _life(*, count: int, days: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Four in five products were there from the beginning; one in thirty has been taken off."""
    launched = np.where(rng.random(count) < 0.8, -rng.integers(1, 380, count), rng.integers(20, days - 30, count))
    leaves = rng.random(count) < 0.035
    gone = np.where(leaves, np.maximum(launched, 0) + rng.integers(200, days, count), days)
    return launched, np.minimum(gone, days)
