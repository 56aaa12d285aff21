"""Paths of anomalies, targets and the glossary."""

from django.urls import path

from analytics.api.anomalies import AnomaliesView
from analytics.api.glossary import GlossaryView
from analytics.api.targets import TargetsView, TargetView

urlpatterns = [
    path("anomalies", AnomaliesView.as_view()),
    path("targets", TargetsView.as_view()),
    path("targets/<bigid:target_id>", TargetView.as_view()),
    path("glossary", GlossaryView.as_view()),
]
