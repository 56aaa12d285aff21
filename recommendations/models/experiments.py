"""Experiments: two or more ways to recommend, shown to people by lot."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from recommendations.models.exposures import NAME_MAX, Surface


class Experiment(models.Model):
    """A comparison of variants on one surface, planned beforehand: from when to when, and with how many people."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_MAX, unique=True)
    surface = models.CharField(_("surface"), max_length=16, choices=Surface.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("planned end"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True, help_text=_("called off before its end"))
    planned_people = models.PositiveIntegerField(
        _("people planned"), help_text=_("in all variants together; before that there is no verdict")
    )
    note = models.TextField(_("note"), default="", db_default="", blank=True)
    owner = models.CharField(_("owner"), max_length=150, default="", db_default="", blank=True)
    created_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        db_table = "recommendation_experiments"
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="experiments_period"),
            models.CheckConstraint(condition=models.Q(planned_people__gt=0), name="experiments_planned"),
        ]
        indexes = [models.Index(fields=["ends_at"], name="experiments_end")]

    def __str__(self) -> str:
        return self.name


class ExperimentVariant(models.Model):
    """One of the ways, and how many of a hundred people get it. The first one is what the others are compared with."""

    id = models.BigAutoField(primary_key=True)
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="variants", verbose_name=_("experiment")
    )
    name = models.CharField(_("name"), max_length=NAME_MAX)
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2)
    settings = models.JSONField(_("settings"), default=dict, blank=True, help_text=_("what the variant changes"))

    class Meta:
        db_table = "recommendation_variants"
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.UniqueConstraint(fields=["experiment", "name"], name="variants_once"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=100), name="variants_share"),
        ]

    def __str__(self) -> str:
        return self.name
