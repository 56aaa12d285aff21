"""Work on targets and anomalies."""

from analytics.services.goals.anomalies import anomalies_find
from analytics.services.goals.targets import targets_evaluate
from xlcfi.events import periodic


@periodic(seconds=60)
def anomalies_look() -> None:
    """Judge the hour or the day that has ended: a look each minute, work only after an hour's end."""
    anomalies_find()


@periodic(seconds=300)
def targets_look() -> None:
    """Note targets whose status has changed."""
    targets_evaluate()
