"""Registers the package with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """The event loop: tables of its own, and gauges that are looked up when they are scraped."""

    name = "xlcfi.events"
    label = "events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xlcfi.events.followups import followups_waiting
        from xlcfi.events.outbox import outbox_waiting
        from xlcfi.observability import metrics

        metrics.FOLLOW_UP_QUEUE_LENGTH.read_with(lambda: followups_waiting()[0])
        metrics.FOLLOW_UP_QUEUE_AGE.read_with(lambda: followups_waiting()[1])
        metrics.OUTBOX_LENGTH.read_with(lambda: outbox_waiting()[0])
        metrics.OUTBOX_AGE.read_with(lambda: outbox_waiting()[1])
