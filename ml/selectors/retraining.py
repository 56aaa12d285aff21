"""How much has happened since a model was trained."""

from datetime import datetime

from ml.models import RetrainingOrder


def orders_since(*, moment: datetime) -> int:
    """How many orders were told to be completed at `moment` (aware) or after it, each once."""
    return RetrainingOrder.objects.filter(told_at__gte=moment).count()
