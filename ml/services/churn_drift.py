"""How far this week's buyers, their risks and what became of them are from what the serving model was trained on."""

from ml.selectors.churn import SHARES, paid_orders_of_share
from ml.services.churn import HORIZON_DAYS, NAME, day_number
from xlcfi import clock
from xlcfi.artifacts.drift import week_is_noted, week_note
from xlcfi.artifacts.psi import spread
from xlcfi.artifacts.serving import serving
from xlcfi.runs import estimated_rows

BUYERS_LOOKED_AT = 5_000
OUTCOME, RISK = "outcome", "risk"


def churn_drift_note() -> int:
    """Note the features and risks of a share of the buyers as of today, and what they did in the last 90 days (against
    those of the training). Once a week; returns how many figures were noted.
    """
    loaded, today = serving(NAME), clock.today()
    if loaded is None or week_is_noted(name=NAME, version=loaded.version, week=today):
        return 0
    from ml.churn.features import NAMES
    from ml.churn.model import ChurnModel
    from ml.churn.orders import buyers_before, stayed_away
    from ml.churn.platform_orders import orders_of

    try:
        model = ChurnModel.of_arrays(loaded.arrays, loaded.parameters)
    except (KeyError, ValueError):
        return 0
    share = min(SHARES, max(1, SHARES * BUYERS_LOOKED_AT // max(estimated_rows("users"), 1)))
    paid = paid_orders_of_share(share=share)
    orders, _users = orders_of(paid.buyer, paid.day, paid.currency, paid.total, units=loaded.parameters["units"])
    now = day_number(clock.day_start(today))
    who, before = buyers_before(orders, now), buyers_before(orders, now - HORIZON_DAYS)
    if not len(who):
        return 0
    values = model.table(orders, who, cut=now).values
    parameters = loaded.parameters
    expected = {**parameters["deciles"], RISK: parameters["risk_deciles"], OUTCOME: parameters["outcome_deciles"]}
    samples = {name: spread(values[:, NAMES.index(name)].tolist()) for name in parameters["deciles"]}
    samples[RISK] = model.risk(values).tolist()
    away = stayed_away(orders, before, cut=now - HORIZON_DAYS, days=HORIZON_DAYS)
    samples[OUTCOME] = spread(away.astype(float).tolist())
    return week_note(name=NAME, version=loaded.version, week=today, expected=expected, samples=samples)
