"""Who wants lists made for them, and who does not."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonalisationChoice(models.Model):
    """What a user chose; who has no row is served personal lists."""

    user_id = models.BigIntegerField(_("user"), primary_key=True)
    personalised = models.BooleanField(_("personal lists"), default=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.CharField(_("who changed it"), max_length=150, editable=False)

    class Meta:
        db_table = "personalisation_choices"
        verbose_name = _("choice about personal lists")
        verbose_name_plural = _("choices about personal lists")
        indexes = [models.Index(fields=["changed_at"], name="personalisation_changed")]
