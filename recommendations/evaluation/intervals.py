"""How sure a mean over users is, and a difference of means."""

from dataclasses import dataclass

import numpy as np

from recommendations.ranking.interactions import Floats


@dataclass(frozen=True)
class Interval:
    """A mean and where it lies with 95 % confidence."""

    mean: float
    low: float
    high: float

    @property
    def told(self) -> dict[str, float]:
        """As JSON."""
        return {"mean": round(self.mean, 6), "low": round(self.low, 6), "high": round(self.high, 6)}


class Bootstrap:
    """Resampled users: the same samples for everything that is compared, so that differences are paired."""

    def __init__(self, users: int, *, seed: int, samples: int = 1000) -> None:
        self._rng_seed, self._users, self._samples = seed, users, samples

    def intervals(self, values: Floats) -> list[Interval]:
        """values: shape (things, users). The percentile interval of each thing's mean."""
        rng = np.random.default_rng(self._rng_seed)
        means = np.empty((self._samples, len(values)))
        for sample in range(self._samples):
            times = np.bincount(rng.integers(0, self._users, self._users), minlength=self._users)
            means[sample] = values @ times / self._users
        low, high = np.percentile(means, [2.5, 97.5], axis=0)
        return [
            Interval(float(mean), float(a), float(b)) for mean, a, b in zip(values.mean(axis=1), low, high, strict=True)
        ]
