"""Sums of what recommendations did: by person and day, by day, by person and experiment, by experiment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.exposures import NAME_MAX


class Cell(models.Model):
    """What answers are told apart by."""

    day = models.DateField(_("day"))
    surface = models.CharField(_("surface"), max_length=16)
    algorithm = models.CharField(_("algorithm"), max_length=NAME_MAX)
    model_version = models.CharField(_("model"), max_length=NAME_MAX)
    experiment_id = models.BigIntegerField(_("experiment"))
    variant = models.CharField(_("variant"), max_length=NAME_MAX)

    class Meta:
        abstract = True


class Figures(models.Model):
    """Counts of one person, or sums of them. revenue is in won; conversions count in every currency."""

    exposures = models.BigIntegerField(_("answers"))
    shown = models.BigIntegerField(_("products answered"))
    impressions = models.BigIntegerField(_("seen"))
    clicks = models.BigIntegerField(_("clicks"))
    carts = models.BigIntegerField(_("put into the cart"))
    reported = models.BigIntegerField(_("purchases that clients told"))
    conversions = models.BigIntegerField(_("conversions"))
    foreign_conversions = models.BigIntegerField(_("of them in another currency"))
    refunded = models.BigIntegerField(_("of them refunded"))
    revenue = models.DecimalField(_("revenue"), max_digits=38, decimal_places=2)
    refunded_revenue = models.DecimalField(_("of it refunded"), max_digits=38, decimal_places=2)

    class Meta:
        abstract = True


FIGURES = tuple(field.name for field in Figures._meta.local_fields)


class PersonDay(Cell, Figures):
    """What one person was shown on a day, and what followed from it."""

    pk = models.CompositePrimaryKey(
        "day", "user_id", "visitor", "surface", "algorithm", "model_version", "experiment_id", "variant"
    )
    user_id = models.BigIntegerField(_("user"))
    visitor = models.CharField(_("visitor"), max_length=32)

    class Meta:
        db_table = "recommendation_person_days"
        verbose_name = _("person's day")
        verbose_name_plural = _("people's days")
        indexes = [models.Index(fields=["user_id"], name="rec_person_days_user", condition=~models.Q(user_id=0))]


class MeasuredDay(Cell, Figures):
    """The sums over the people of a day. members: of the people, those who were signed in."""

    pk = models.CompositePrimaryKey("day", "surface", "algorithm", "model_version", "experiment_id", "variant")
    people = models.BigIntegerField(_("people"))
    members = models.BigIntegerField(_("signed in"))
    people_clicked = models.BigIntegerField(_("people who clicked"))
    people_converted = models.BigIntegerField(_("people who bought"))
    revenue_squares = models.DecimalField(_("sum of squares of their revenue"), max_digits=78, decimal_places=4)

    class Meta:
        db_table = "recommendation_days"
        verbose_name = _("day of recommendations")
        verbose_name_plural = _("days of recommendations")


class ExperimentPerson(models.Model):
    """Somebody whom an experiment reached, under the variant of their first answer; and all they did since.

    orders, revenue: of all paid orders since then until the experiment's end, recommended or not, in won.
    """

    pk = models.CompositePrimaryKey("experiment_id", "user_id", "visitor")
    experiment_id = models.BigIntegerField(_("experiment"))
    user_id = models.BigIntegerField(_("user"))
    visitor = models.CharField(_("visitor"), max_length=32)
    variant = models.CharField(_("variant"), max_length=NAME_MAX)
    variants = models.IntegerField(_("variants seen"), help_text=_("more than 1: the lot changed under way"))
    first_at = models.DateTimeField(_("first answer"))
    exposures = models.BigIntegerField(_("answers"))
    clicks = models.BigIntegerField(_("clicks"))
    conversions = models.BigIntegerField(_("conversions"))
    orders = models.BigIntegerField(_("paid orders"))
    revenue = models.DecimalField(_("revenue"), max_digits=38, decimal_places=2)
    refunded_revenue = models.DecimalField(_("of it refunded"), max_digits=38, decimal_places=2)

    class Meta:
        db_table = "recommendation_experiment_people"
        verbose_name = _("person in an experiment")
        verbose_name_plural = _("people in experiments")
        indexes = [models.Index(fields=["user_id"], name="rec_experiment_people_user")]


class ExperimentSum(models.Model):
    """The sums over the people of a variant: what its rates and intervals are made from."""

    pk = models.CompositePrimaryKey("experiment_id", "variant")
    experiment_id = models.BigIntegerField(_("experiment"))
    variant = models.CharField(_("variant"), max_length=NAME_MAX)
    people = models.BigIntegerField(_("people"))
    members = models.BigIntegerField(_("signed in"))
    crossed = models.BigIntegerField(_("people who saw another variant too"))
    exposures = models.BigIntegerField(_("answers"))
    clicks = models.BigIntegerField(_("clicks"))
    people_clicked = models.BigIntegerField(_("people who clicked"))
    people_converted = models.BigIntegerField(_("people who bought what was shown"))
    people_ordered = models.BigIntegerField(_("people who bought anything"))
    orders = models.BigIntegerField(_("paid orders"))
    revenue = models.DecimalField(_("revenue"), max_digits=38, decimal_places=2)
    refunded_revenue = models.DecimalField(_("of it refunded"), max_digits=38, decimal_places=2)
    revenue_squares = models.DecimalField(_("sum of squares of their revenue"), max_digits=78, decimal_places=4)

    class Meta:
        db_table = "recommendation_experiment_sums"
        verbose_name = _("variant's sums")
        verbose_name_plural = _("variants' sums")
