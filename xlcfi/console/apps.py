"""Registers the package, and our site as the admin's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "xlcfi.console"
    label = "console"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from xlcfi.console.rights import after_migrate

        post_migrate.connect(after_migrate, dispatch_uid="console.rights")


class ConsoleAdminConfig(AdminConfig):
    """`django.contrib.admin` with our site: it is the default one, so that everybody registers as ever."""

    default = False
    default_site = "xlcfi.console.site.ConsoleSite"
