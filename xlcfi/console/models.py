"""Rights of the admin that belong to no table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.Model):
    """No table: a place for the permissions."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("see_personal_data", _("Can see names and e-mail addresses of members")),
            ("export_lists", _("Can save lists as files")),
        ]
        verbose_name = _("right")
        verbose_name_plural = _("rights")
