"""Who asked to be forgotten: the table that keeps later news from bringing them back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedPerson(models.Model):
    """A person whose data was erased, and the number that stands for them in sums and counts.

    `user_id` is kept on purpose and here only: without it the next event, replay or rebuild would write the person
    anew. `pseudonym` is random and negative; the platform never gives such an id to anybody.
    """

    user_id = models.BigIntegerField(_("user"), primary_key=True)
    pseudonym = models.BigIntegerField(_("pseudonym"), unique=True)
    erased_at = models.DateTimeField(_("erased"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_default="")

    class Meta:
        app_label = "events"
        db_table = "erased_people"
        verbose_name = _("erased person")
        verbose_name_plural = _("erased people")

    def __str__(self) -> str:
        return str(self.pseudonym)
