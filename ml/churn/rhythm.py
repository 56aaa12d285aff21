"""A buyer's own rhythm: Erlang gaps whose pace differs among buyers, and a chance to stop after every order.

The MBG/CNBD-k model, here with a mixture over k, so that whoever buys like a clock is told from whoever buys at
random. Source: Reutterer, Platzer and Schröder (2021), Leveraging purchase regularity for predicting customer behavior
the easy way, IJRM 38(1); for k = 1 it is the MBG/NBD model of Batislam, Denizel and Filiztekin (2007), IJRM 24(3).
People can stop after their first order too, unlike in the BG/NBD model: one-time buyers are not certain to return.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.churn.orders import Floats, Ints, Orders

SHAPES = (1, 2, 3, 5, 8)
_TINY_GAP = 0.05  # days
MOST_FITTED = 2_000


@dataclass(frozen=True)
class Histories:
    """What the model needs of each buyer at a cut-off, shape (buyers,) each; days on which they ordered count once.

    gaps: how many. span: days from the first to the last order. since: days since the last. log_gaps: sum of the gaps'
    logarithms.
    """

    gaps: Floats
    span: Floats
    since: Floats
    log_gaps: Floats


@dataclass(frozen=True)
class Rhythm:
    """pace, pace_days: the gamma distribution (shape, rate) of orders a day. stop, stay: the beta distribution of the
    chance to stop after an order. shares: of SHAPES among buyers, they add up to 1."""

    pace: float
    pace_days: float
    stop: float
    stay: float
    shares: tuple[float, ...]

    def judged(self, histories: Histories, *, days: float | Floats) -> tuple[Floats, Floats, Floats]:
        """Each of shape (buyers,): P(no order within `days` from the cut-off); P(they have stopped for good); days from
        an order to the next while they stay, their own gaps shrunk to everyone's."""
        log_dead, log_alive = self._logs(histories, 0.0)
        _, log_later = self._logs(histories, days)
        each = np.logaddexp(log_dead, log_alive)
        whole = _mixed(each)
        no_order = np.exp(_mixed(np.logaddexp(log_dead, log_later)) - whole)
        stopped = np.exp(_mixed(log_dead) - whole)
        weight, shape = np.exp(each - whole), np.array(SHAPES)[:, None]
        orders = self.pace + shape * histories.gaps
        gap = (self.pace_days + shape * histories.span) / np.maximum(orders - 1, 0.5)
        return np.asarray(no_order), np.asarray(stopped), np.asarray((weight * gap).sum(axis=0))

    def no_order(self, histories: Histories, *, days: float | Floats) -> Floats:
        """P(no order within `days` from the cut-off), shape (buyers,)."""
        return self.judged(histories, days=days)[0]

    def log_likelihood(self, histories: Histories) -> Floats:
        """Of each buyer's history, shape (buyers,)."""
        log_dead, log_alive = self._logs(histories, 0.0)
        return _mixed(np.logaddexp(log_dead, log_alive))

    def _logs(self, histories: Histories, later: float | Floats) -> tuple[Floats, Floats]:
        """Log of: history and stopped after the last order; history, alive and no order until `later` days from now.

        Both include the share of the shape; shape (shapes, buyers).
        """
        gaps, span = histories.gaps, histories.span
        waited = histories.since + later
        both = log_gamma(self.stop + self.stay) - log_gamma(self.stop) - log_gamma(self.stay)
        rest = log_gamma(self.stop + self.stay + gaps + 1)
        stops = both + log_gamma(self.stop + 1) + log_gamma(self.stay + gaps) - rest
        stays = both + log_gamma(self.stop) + log_gamma(self.stay + gaps + 1) - rest
        dead, alive = [], []
        start = self.pace * np.log(self.pace_days) - log_gamma(self.pace)
        for shape, share in zip(SHAPES, self.shares, strict=True):
            orders = self.pace + shape * gaps
            of_gaps = (
                start + shape * gaps * np.log(shape) + (shape - 1) * histories.log_gaps - gaps * log_gamma(float(shape))
                + np.log(max(share, 1e-12))
            )  # fmt: skip
            dead.append(of_gaps + stops + log_gamma(orders) - orders * np.log(self.pace_days + shape * span))
            base = np.log(self.pace_days + shape * (span + waited))
            wait = np.log(np.maximum(shape * waited, 1e-9))
            found = log_gamma(orders) - orders * base
            for passed in range(1, shape):
                term = passed * wait - log_gamma(passed + 1.0) + log_gamma(orders + passed) - (orders + passed) * base
                found = np.logaddexp(found, term)
            alive.append(of_gaps + stays + found)
        return np.stack(dead), np.stack(alive)


def histories_of(orders: Orders, customers: Ints, *, cut: float) -> Histories:
    """Of `customers`, each of whom has an order before `cut`."""
    known = orders.taken(orders.bought & (orders.day < cut))
    days = np.floor(known.day).astype(np.int64)
    first_of_day = np.ones(len(days), dtype=bool)
    first_of_day[1:] = (days[1:] != days[:-1]) | (known.customer[1:] != known.customer[:-1])
    who, when = known.customer[first_of_day], known.day[first_of_day]
    same = who[1:] == who[:-1]
    gap = np.maximum(when[1:] - when[:-1], _TINY_GAP)[same]
    of = who[1:][same]
    count = np.bincount(of, minlength=orders.customers).astype(np.float64)
    span = np.bincount(of, weights=gap, minlength=orders.customers)
    logs = np.bincount(of, weights=np.log(gap), minlength=orders.customers)
    last = np.full(orders.customers, -np.inf)
    np.maximum.at(last, who, when)
    since = np.maximum(cut - last[customers], _TINY_GAP)
    sums = (np.asarray(each[customers], dtype=np.float64) for each in (count, span, logs))
    gaps, spans, log_gaps = sums
    return Histories(gaps, spans, since, log_gaps)


def rhythm_fit(histories: Histories, *, seed: int = 0) -> Rhythm:
    """By maximum likelihood over histories (of MOST_FITTED buyers at most), weakly pulled to usual values."""
    from scipy.optimize import minimize

    if len(histories.gaps) > MOST_FITTED:
        some = np.random.default_rng(seed).choice(len(histories.gaps), MOST_FITTED, replace=False)
        histories = Histories(*(part[some] for part in vars(histories).values()))

    usual = float(np.median((histories.span + histories.since) / (histories.gaps + 1))) + 1.0
    start = np.concatenate([np.log([1.0, usual, 0.8, 3.0]), np.zeros(len(SHAPES) - 1)])

    def cost(values: Floats) -> float:
        found = float(_of(values).log_likelihood(histories).sum())
        return -(found - 0.5 * float(np.sum((values - start) ** 2)) / 4)

    bounds = [(-3.0, 4.0), (start[1] - 5, start[1] + 5), (-4.0, 4.0), (-3.0, 6.0)] + [(-5.0, 5.0)] * (len(SHAPES) - 1)
    found: Any = minimize(cost, start, method="L-BFGS-B", bounds=bounds, options={"maxiter": 40, "ftol": 1e-7})
    return _of(found.x)


def _of(values: Floats) -> Rhythm:
    pace, pace_days, stop, stay = np.exp(values[:4]).tolist()
    shares = np.exp(np.concatenate([[0.0], values[4:]]))
    return Rhythm(pace, pace_days, stop, stay, tuple((shares / shares.sum()).tolist()))


def _mixed(logs: Floats) -> Floats:
    """Log of the sum over the first axis of what `logs` are the logarithms of."""
    top = logs.max(axis=0)
    return np.asarray(top + np.log(np.exp(logs - top).sum(axis=0)))


def log_gamma(values: Any) -> Any:
    """Logarithm of the gamma function for positive `values`, to 1e-10: shifted up by 7, then Stirling's series.

    Source: Abramowitz and Stegun, 6.1.15 and 6.1.41. (scipy has it; the web process has no scipy.)
    """
    x = np.asarray(values, dtype=np.float64)
    product = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6)
    z = x + 7
    series = 1 / (12 * z) - 1 / (360 * z**3) + 1 / (1260 * z**5) - 1 / (1680 * z**7)
    return (z - 0.5) * np.log(z) - z + 0.9189385332046727 + series - np.log(product)
