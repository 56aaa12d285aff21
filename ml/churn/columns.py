"""Which features the parts of the model see, and in which form."""

import numpy as np

from ml.churn.features import NAMES, WINDOWS
from ml.churn.orders import Floats, Ints

RFM = ("recency", "orders", "spent")
CORE = (*RFM, "rhythm_risk")
# What is the same for everybody at a cut-off tells nobody from anybody; with few cut-offs it would be learnt by heart.
OF_THE_CUT = ("season_sin", "season_cos")
WIDE = tuple(name for name in NAMES if name not in OF_THE_CUT)
_LOGGED = (
    "recency", "orders", "spent", "tenure", "mean_order", "gap_mean", "gap_median", "gap_last", "gap_longest",
    "recency_over_gap", "recency_over_longest", "usual_gap", "last_gap_over_usual", "returns",
    *(f"orders_{days}" for days in WINDOWS),
)  # fmt: skip
_LOGGED_AT = [NAMES.index(name) for name in _LOGGED]
_SHARE_AT = NAMES.index("returned_share")


def places(names: tuple[str, ...]) -> Ints:
    """The columns of these features."""
    return np.array([NAMES.index(name) for name in names])


def evened(values: Floats) -> Floats:
    """Counts, days and sums by their logarithm, so that one large one does not decide; shape as given."""
    found = values.copy()
    found[:, _LOGGED_AT] = np.log1p(np.maximum(found[:, _LOGGED_AT], 0))
    # More can go back than was bought since the data begins.
    found[:, _SHARE_AT] = np.clip(found[:, _SHARE_AT], 0, 1)
    return found
