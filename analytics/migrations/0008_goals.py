"""Anomalies, targets with their alerts, saved views."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0007_reconciling"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeriesCheck",
            fields=[
                (
                    "series",
                    models.CharField(
                        choices=[
                            ("net_revenue_day", "net revenue by day"),
                            ("orders_day", "paid orders by day"),
                            ("orders_hour", "paid orders by hour"),
                            ("seller_net_revenue_day", "a seller's net revenue by day"),
                            ("seller_orders_day", "a seller's paid orders by day"),
                            ("payment_failures_day", "failed payments by day"),
                            ("payment_failures_hour", "failed payments by hour"),
                            ("views_day", "product views by day"),
                        ],
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="series",
                    ),
                ),
                ("checked_until", models.DateTimeField(verbose_name="checked up to")),
                (
                    "checked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="checked at"
                    ),
                ),
            ],
            options={
                "verbose_name": "check of a series",
                "verbose_name_plural": "checks of series",
                "db_table": "anomaly_checks",
            },
        ),
        migrations.CreateModel(
            name="Anomaly",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "series",
                    models.CharField(
                        choices=[
                            ("net_revenue_day", "net revenue by day"),
                            ("orders_day", "paid orders by day"),
                            ("orders_hour", "paid orders by hour"),
                            ("seller_net_revenue_day", "a seller's net revenue by day"),
                            ("seller_orders_day", "a seller's paid orders by day"),
                            ("payment_failures_day", "failed payments by day"),
                            ("payment_failures_hour", "failed payments by hour"),
                            ("views_day", "product views by day"),
                        ],
                        max_length=40,
                        verbose_name="series",
                    ),
                ),
                (
                    "seller_id",
                    models.BigIntegerField(
                        db_default=0, default=0, help_text="whose series; 0: the whole market", verbose_name="seller"
                    ),
                ),
                ("at", models.DateTimeField(help_text="the first moment of the day or the hour", verbose_name="from")),
                ("day", models.DateField(verbose_name="day")),
                ("hour", models.SmallIntegerField(help_text="null: the whole day", null=True, verbose_name="hour")),
                ("value", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="value")),
                ("expected", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="expected")),
                ("low", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="lowest expected")),
                ("high", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="highest expected")),
                ("score", models.FloatField(verbose_name="score")),
                (
                    "direction",
                    models.CharField(
                        choices=[("low", "too low"), ("high", "too high")], max_length=4, verbose_name="direction"
                    ),
                ),
                (
                    "found_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="found at"),
                ),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                (
                    "acknowledged_by",
                    models.CharField(db_default="", default="", max_length=150, verbose_name="acknowledged by"),
                ),
                ("acknowledged_at", models.DateTimeField(null=True, verbose_name="acknowledged at")),
                ("note", models.TextField(blank=True, db_default="", default="", verbose_name="note")),
            ],
            options={
                "verbose_name": "anomaly",
                "verbose_name_plural": "anomalies",
                "db_table": "anomalies",
                "permissions": [("acknowledge_anomaly", "Can acknowledge anomalies")],
                "indexes": [models.Index(fields=["at", "id"], name="anomalies_at")],
                "constraints": [models.UniqueConstraint(fields=("series", "seller_id", "at"), name="anomalies_once")],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("net_revenue", "net revenue"),
                            ("gross", "gross sales"),
                            ("orders", "paid orders"),
                            ("units", "units sold"),
                            ("new_buyers", "new buyers"),
                        ],
                        max_length=20,
                        verbose_name="figure",
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("all", "whole market"),
                            ("seller", "seller"),
                            ("category", "category and those under it"),
                            ("product", "product"),
                        ],
                        default="all",
                        max_length=10,
                        verbose_name="scope",
                    ),
                ),
                (
                    "scope_id",
                    models.BigIntegerField(
                        default=0,
                        help_text="0 for the whole market",
                        verbose_name="number of the seller, category or product",
                    ),
                ),
                (
                    "currency",
                    models.CharField(blank=True, help_text="empty for counts", max_length=3, verbose_name="currency"),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("month", "month"),
                            ("quarter", "quarter"),
                            ("year", "year"),
                            ("custom", "days of one's own"),
                        ],
                        max_length=10,
                        verbose_name="period",
                    ),
                ),
                ("first", models.DateField(verbose_name="from")),
                ("last", models.DateField(verbose_name="to")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="to reach")),
                ("owner", models.CharField(blank=True, max_length=150, verbose_name="owner")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("on_track", "on track"),
                            ("at_risk", "at risk"),
                            ("missed", "missed"),
                            ("reached", "reached"),
                        ],
                        db_default="on_track",
                        default="on_track",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "db_table": "targets",
                "indexes": [models.Index(fields=["last"], name="targets_last")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "metric", "scope", "scope_id", "currency", "first", "last"), name="targets_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("last__gte", models.F("first"))), name="targets_period"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="targets_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("path", models.CharField(max_length=300, verbose_name="page")),
                ("query", models.CharField(blank=True, max_length=2000, verbose_name="filters")),
                (
                    "shared",
                    models.BooleanField(
                        default=False, help_text="others see it in their list too", verbose_name="shared"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made at"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "db_table": "saved_views",
                "constraints": [models.UniqueConstraint(fields=("owner", "name"), name="saved_views_once")],
            },
        ),
        migrations.CreateModel(
            name="TargetAlert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("on_track", "on track"),
                            ("at_risk", "at risk"),
                            ("missed", "missed"),
                            ("reached", "reached"),
                        ],
                        max_length=10,
                        verbose_name="before",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("on_track", "on track"),
                            ("at_risk", "at risk"),
                            ("missed", "missed"),
                            ("reached", "reached"),
                        ],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("actual", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="reached so far")),
                ("expected", models.DecimalField(decimal_places=2, max_digits=38, verbose_name="expected by then")),
                ("forecast", models.DecimalField(decimal_places=2, max_digits=38, null=True, verbose_name="forecast")),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="analytics.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "target's alert",
                "verbose_name_plural": "targets' alerts",
                "db_table": "target_alerts",
                "indexes": [models.Index(fields=["-at"], name="target_alerts_at")],
            },
        ),
    ]
