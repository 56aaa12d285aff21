"""What reconciling did, and how far ledger and tables agree."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_operations"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("day", models.DateField(verbose_name="Seoul day")),
                ("ours_orders", models.BigIntegerField(verbose_name="orders (ours)")),
                ("platform_orders", models.BigIntegerField(verbose_name="orders (platform)")),
                ("ours_gross", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="gross (ours)")),
                (
                    "platform_gross",
                    models.DecimalField(decimal_places=2, max_digits=38, verbose_name="gross (platform)"),
                ),
                ("ours_refunds", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="refunds (ours)")),
                (
                    "platform_refunds",
                    models.DecimalField(decimal_places=2, max_digits=38, verbose_name="refunds (platform)"),
                ),
                ("checked_at", models.DateTimeField(verbose_name="compared")),
                (
                    "agrees",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(
                            ("ours_gross", models.F("platform_gross")),
                            ("ours_orders", models.F("platform_orders")),
                            ("ours_refunds", models.F("platform_refunds")),
                        ),
                        output_field=models.BooleanField(verbose_name="agrees"),
                    ),
                ),
            ],
            options={
                "verbose_name": "day compared",
                "verbose_name_plural": "days compared",
                "db_table": "ledger_checks",
                "indexes": [
                    models.Index(fields=["day"], name="ledger_checks_day"),
                    models.Index(condition=models.Q(("agrees", False)), fields=["day"], name="ledger_checks_differing"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconcileRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("window", "new and changed rows"),
                            ("month", "a whole month"),
                            ("check", "money only"),
                        ],
                        max_length=10,
                        verbose_name="what was looked at",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("since", models.DateTimeField(null=True, verbose_name="changes since")),
                ("until", models.DateTimeField(null=True, verbose_name="changes until")),
                ("month", models.DateField(null=True, verbose_name="month")),
                ("checked", models.BigIntegerField(db_default=0, default=0, verbose_name="checked")),
                ("changed", models.BigIntegerField(db_default=0, default=0, verbose_name="mended")),
                (
                    "by_kind",
                    models.JSONField(
                        default=dict, help_text="{subject: {checked, changed}}", verbose_name="by subject"
                    ),
                ),
                ("seen", models.JSONField(default=dict, verbose_name="largest ids")),
                ("error", models.TextField(blank=True, db_default="", default="", verbose_name="error")),
            ],
            options={
                "verbose_name": "reconciling run",
                "verbose_name_plural": "reconciling runs",
                "db_table": "reconcile_runs",
                "indexes": [
                    models.Index(fields=["-started_at"], name="reconcile_runs_latest"),
                    models.Index(
                        condition=models.Q(("error", ""), ("finished_at__isnull", False)),
                        fields=["kind", "-finished_at"],
                        name="reconcile_runs_done",
                    ),
                ],
            },
        ),
    ]
