"""The app in the admin, by subject."""

from recommendations.admin import experiments, measurement, rules, why

__all__ = ["experiments", "measurement", "rules", "why"]
