"""What people watch: days that break the pattern, targets and their alerts, and pages kept under a name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Series(models.TextChoices):
    """The series in which anomalies are looked for. `*_DAY` has a value for each Seoul day, `*_HOUR` for each hour."""

    NET_REVENUE_DAY = "net_revenue_day", _("net revenue by day")
    ORDERS_DAY = "orders_day", _("paid orders by day")
    ORDERS_HOUR = "orders_hour", _("paid orders by hour")
    SELLER_REVENUE_DAY = "seller_net_revenue_day", _("a seller's net revenue by day")
    SELLER_ORDERS_DAY = "seller_orders_day", _("a seller's paid orders by day")
    PAYMENT_FAILURES_DAY = "payment_failures_day", _("failed payments by day")
    PAYMENT_FAILURES_HOUR = "payment_failures_hour", _("failed payments by hour")
    VIEWS_DAY = "views_day", _("product views by day")


class Anomaly(models.Model):
    """A day or an hour of a series that broke the pattern: outside [low, high], which the past made us expect.

    `score` counts how many of its own deviations it lies off, negative where it is too low. One that later figures
    explained away is withdrawn, not deleted: people may have acted on it.
    """

    LOW, HIGH = "low", "high"
    DIRECTIONS = [(LOW, _("too low")), (HIGH, _("too high"))]

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(_("series"), max_length=40, choices=Series.choices)
    seller_id = models.BigIntegerField(
        _("seller"), default=0, db_default=0, help_text=_("whose series; 0: the whole market")
    )
    at = models.DateTimeField(_("from"), help_text=_("the first moment of the day or the hour"))
    day = models.DateField(_("day"))
    hour = models.SmallIntegerField(_("hour"), null=True, help_text=_("null: the whole day"))
    value = models.DecimalField(_("value"), max_digits=38, decimal_places=2)
    expected = models.DecimalField(_("expected"), max_digits=38, decimal_places=2)
    low = models.DecimalField(_("lowest expected"), max_digits=38, decimal_places=2)
    high = models.DecimalField(_("highest expected"), max_digits=38, decimal_places=2)
    score = models.FloatField(_("score"))
    direction = models.CharField(_("direction"), max_length=4, choices=DIRECTIONS)
    found_at = models.DateTimeField(_("found at"), db_default=Now())
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=150, default="", db_default="")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    note = models.TextField(_("note"), default="", db_default="", blank=True)

    class Meta:
        db_table = "anomalies"
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        constraints = [models.UniqueConstraint(fields=["series", "seller_id", "at"], name="anomalies_once")]
        indexes = [models.Index(fields=["at", "id"], name="anomalies_at")]
        permissions = [("acknowledge_anomaly", "Can acknowledge anomalies")]


class SeriesCheck(models.Model):
    """Up to which moment a series has been looked through: "nothing found" says something only up to here."""

    series = models.CharField(_("series"), primary_key=True, max_length=40, choices=Series.choices)
    checked_until = models.DateTimeField(_("checked up to"))
    checked_at = models.DateTimeField(_("checked at"), db_default=Now())

    class Meta:
        db_table = "anomaly_checks"
        verbose_name = _("check of a series")
        verbose_name_plural = _("checks of series")


class Target(models.Model):
    """An amount to reach in a run of Seoul days. Money in `currency`, counts over all currencies ('').

    `status` is what the last evaluation said; each change of it is a TargetAlert.
    """

    class Metric(models.TextChoices):
        NET_REVENUE = "net_revenue", _("net revenue")
        GROSS = "gross", _("gross sales")
        ORDERS = "orders", _("paid orders")
        UNITS = "units", _("units sold")
        NEW_BUYERS = "new_buyers", _("new accounts")

    class Scope(models.TextChoices):
        ALL = "all", _("whole market")
        SELLER = "seller", _("seller")
        CATEGORY = "category", _("category and those under it")
        PRODUCT = "product", _("product")

    class PeriodKind(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")
        CUSTOM = "custom", _("days of one's own")

    class Status(models.TextChoices):
        ON_TRACK = "on_track", _("on track")
        AT_RISK = "at_risk", _("at risk")
        MISSED = "missed", _("missed")
        REACHED = "reached", _("reached")

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    metric = models.CharField(_("figure"), max_length=20, choices=Metric.choices)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.ALL)
    scope_id = models.BigIntegerField(
        _("number of the seller, category or product"), default=0, help_text=_("0 for the whole market")
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("empty for counts"))
    period = models.CharField(_("period"), max_length=10, choices=PeriodKind.choices)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    amount = models.DecimalField(_("to reach"), max_digits=38, decimal_places=2)
    owner = models.CharField(_("owner"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("made at"), db_default=Now())
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ON_TRACK, db_default=Status.ON_TRACK
    )

    class Meta:
        db_table = "targets"
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "metric", "scope", "scope_id", "currency", "first", "last"], name="targets_once"
            ),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="targets_period"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="targets_amount"),
        ]
        indexes = [models.Index(fields=["last"], name="targets_last")]

    def __str__(self) -> str:
        return self.name


class TargetAlert(models.Model):
    """A change of a target's status, with the figures that made it. Money in the target's currency."""

    id = models.BigAutoField(primary_key=True)
    target = models.ForeignKey(Target, models.CASCADE, related_name="alerts", verbose_name=_("target"))
    at = models.DateTimeField(_("at"))
    before = models.CharField(_("before"), max_length=10, choices=Target.Status.choices)
    status = models.CharField(_("status"), max_length=10, choices=Target.Status.choices)
    actual = models.DecimalField(_("reached so far"), max_digits=38, decimal_places=2)
    expected = models.DecimalField(_("expected by then"), max_digits=38, decimal_places=2)
    forecast = models.DecimalField(_("forecast"), null=True, max_digits=38, decimal_places=2)

    class Meta:
        db_table = "target_alerts"
        verbose_name = _("target's alert")
        verbose_name_plural = _("targets' alerts")
        indexes = [models.Index(fields=["-at"], name="target_alerts_at")]


class SavedView(models.Model):
    """A page of the admin with its filters, under a name. `path` and `query` lead nowhere but into the admin."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=100)
    path = models.CharField(_("page"), max_length=300)
    query = models.CharField(_("filters"), max_length=2_000, blank=True)
    shared = models.BooleanField(_("shared"), default=False, help_text=_("others see it in their list too"))
    created_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        db_table = "saved_views"
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_views_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where it leads: a path of this site."""
        return f"{self.path}?{self.query}" if self.query else self.path
