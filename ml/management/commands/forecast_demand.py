"""`manage.py forecast_demand`: the forecasts and alerts of all products, with the model that serves."""

from typing import Any

from django.core.management.base import BaseCommand

from ml.services.demand_forecasting import forecasts_make
from ml.services.demand_overrides import overrides_settle


class Command(BaseCommand):
    """Consumers start it once a day and after each training."""

    help = "Forecast every product from today on, and work out alerts of stock."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        made = forecasts_make()
        settled = overrides_settle()
        self.stdout.write(f"{made:,} products forecast; {settled:,} planners' forecasts compared with what was sold.")
