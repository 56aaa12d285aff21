"""What is noted of a week's products against those of the training."""

import pytest

from ml.demand.features import FEATURES
from ml.services.demand_drift import OUTCOME, deciles_of, demand_drift_note, samples_of
from tests.ml.demand.made_sales import shop


def test_features_that_all_products_share_have_no_tenths_and_the_outcome_has():
    found = deciles_of(shop(items=80))
    assert OUTCOME in found
    assert "rate" in found
    assert not {"all_7", "busy_ahead", "price_28"} & set(found)
    assert set(found) <= {*FEATURES, OUTCOME}
    assert all(len(cuts) == 9 for cuts in found.values())


def test_the_outcome_is_what_each_product_sold_in_four_weeks():
    series = shop(items=80)
    assert samples_of(series)[OUTCOME] == pytest.approx(series.units[:, -28:].sum(axis=1))


def test_a_version_without_tenths_is_not_compared(db, clock):
    assert demand_drift_note(version=1, parameters={}, series=shop(items=5)) == 0
