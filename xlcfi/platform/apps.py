"""Registers the package with Django; from then on its days are Seoul's and its tables can't be written."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformConfig(AppConfig):
    name = "xlcfi.platform"
    label = "platform"
    verbose_name = _("Platform (read-only)")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xlcfi.platform.buckets import buckets_install
        from xlcfi.platform.guard import guard_install

        buckets_install()
        guard_install(self.get_models())
