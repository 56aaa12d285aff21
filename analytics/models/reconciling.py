"""What reconciling did, and how far our ledger agrees with the platform's tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReconcileRun(models.Model):
    """One look for what no event told. `finished_at` null: under way, or ended by force.

    WINDOW: new rows by id and orders whose `updated_at` lies in [since, until), Seoul wall-clock time; MONTH: all
    orders placed in a month, compared day by day; CHECK: money only, nothing is mended. `seen` holds the largest ids
    looked at, by table, from which the next run goes on.
    """

    WINDOW, MONTH, CHECK = "window", "month", "check"
    KINDS = [(WINDOW, _("new and changed rows")), (MONTH, _("a whole month")), (CHECK, _("money only"))]

    kind = models.CharField(_("what was looked at"), max_length=10, choices=KINDS)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    since = models.DateTimeField(_("changes since"), null=True)
    until = models.DateTimeField(_("changes until"), null=True)
    month = models.DateField(_("month"), null=True)
    checked = models.BigIntegerField(_("checked"), default=0, db_default=0)
    changed = models.BigIntegerField(_("mended"), default=0, db_default=0)
    by_kind = models.JSONField(_("by subject"), default=dict, help_text=_("{subject: {checked, changed}}"))
    seen = models.JSONField(_("largest ids"), default=dict)
    error = models.TextField(_("error"), default="", db_default="", blank=True)

    class Meta:
        db_table = "reconcile_runs"
        verbose_name = _("reconciling run")
        verbose_name_plural = _("reconciling runs")
        indexes = [
            models.Index(fields=["-started_at"], name="reconcile_runs_latest"),
            models.Index(
                fields=["kind", "-finished_at"],
                name="reconcile_runs_done",
                condition=models.Q(finished_at__isnull=False, error=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class LedgerCheck(models.Model):
    """A day's money in one currency by our ledger and by plain sums over the platform's tables, when last compared.

    Refunds are compared where the tables can tell how much went back: see `analytics.services.agreement`.
    """

    pk = models.CompositePrimaryKey("currency", "day")
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("Seoul day"))
    ours_orders = models.BigIntegerField(_("orders (ours)"))
    platform_orders = models.BigIntegerField(_("orders (platform)"))
    ours_gross = models.DecimalField(_("gross (ours)"), max_digits=38, decimal_places=2)
    platform_gross = models.DecimalField(_("gross (platform)"), max_digits=38, decimal_places=2)
    ours_refunds = models.DecimalField(_("refunds (ours)"), max_digits=38, decimal_places=2)
    platform_refunds = models.DecimalField(_("refunds (platform)"), max_digits=38, decimal_places=2)
    checked_at = models.DateTimeField(_("compared"))
    agrees = models.GeneratedField(
        expression=models.Q(  # type: ignore[arg-type]
            ours_orders=models.F("platform_orders"),
            ours_gross=models.F("platform_gross"),
            ours_refunds=models.F("platform_refunds"),
        ),
        output_field=models.BooleanField(_("agrees")),
        db_persist=True,
    )

    class Meta:
        db_table = "ledger_checks"
        verbose_name = _("day compared")
        verbose_name_plural = _("days compared")
        indexes = [
            models.Index(fields=["day"], name="ledger_checks_day"),
            models.Index(fields=["day"], name="ledger_checks_differing", condition=models.Q(agrees=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"
