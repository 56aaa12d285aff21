"""The pages of targets, anomalies, saved views and the glossary."""

from analytics.admin import goals_anomalies, goals_glossary, goals_targets, goals_views

__all__ = ["goals_anomalies", "goals_glossary", "goals_targets", "goals_views"]
