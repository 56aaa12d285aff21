"""The member service's table."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from xlcfi.platform.fields import LocalDateTimeField
from xlcfi.platform.guard import PlatformModel


class UserRole(StrEnum):
    """Roles known today; the platform can add others."""

    BUYER = "BUYER"
    SELLER = "SELLER"
    ADMIN = "ADMIN"


class UserStatus(StrEnum):
    """Account states known today; the platform can add others."""

    ACTIVE = "ACTIVE"
    DORMANT = "DORMANT"
    WITHDRAWN = "WITHDRAWN"


class User(PlatformModel):
    """A member of the platform. Not Django's user, who signs in to our admin."""

    email = models.CharField(_("email"), max_length=255)
    name = models.CharField(_("name"), max_length=255)
    role = models.CharField(_("role"), max_length=255)
    status = models.CharField(_("status"), max_length=255)
    country_code = models.CharField(_("country"), max_length=2)
    last_login_at = LocalDateTimeField(_("last login"), null=True)
    created_at = LocalDateTimeField(_("created"))
    updated_at = LocalDateTimeField(_("updated"))

    class Meta(PlatformModel.Meta):
        db_table = "users"
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
