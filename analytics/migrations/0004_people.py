"""Buyers' sums. What is there already is counted by `rebuild --apply`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_the_whole_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="BuyerChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "buyer waiting to be recomputed",
                "db_table": "buyer_changes",
            },
        ),
        migrations.CreateModel(
            name="BuyerDay",
            fields=[
                ("orders", models.BigIntegerField(default=0)),
                ("units", models.BigIntegerField(default=0)),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "day",
                        "currency",
                        "is_first",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("is_first", models.BooleanField(help_text="of the buyer's first paid order ever")),
            ],
            options={
                "verbose_name": "a buyer's day",
                "db_table": "buyer_days",
            },
        ),
        migrations.CreateModel(
            name="BuyerStanding",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first_day", models.DateField(help_text="Seoul day of the first paid order; its month is the cohort")),
                ("last_day", models.DateField()),
                ("orders", models.BigIntegerField(help_text="paid orders ever, of any currency")),
                ("home_orders", models.BigIntegerField(help_text="those in KRW")),
                ("gross", models.DecimalField(decimal_places=2, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, max_digits=38)),
                ("others", models.JSONField(help_text="{currency: {orders, gross, refunds}} but for KRW")),
                ("window_orders", models.BigIntegerField()),
                ("window_home_orders", models.BigIntegerField()),
                ("window_gross", models.DecimalField(decimal_places=2, max_digits=38)),
                ("window_refunds", models.DecimalField(decimal_places=2, max_digits=38)),
                ("window_net", models.DecimalField(decimal_places=2, max_digits=38)),
                ("recency", models.SmallIntegerField(help_text="class 0 to 5")),
                ("frequency", models.SmallIntegerField()),
                ("money", models.SmallIntegerField()),
                ("segment", models.CharField(max_length=20)),
                ("renew_on", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "a buyer's standing",
                "verbose_name_plural": "buyers' standings",
                "db_table": "buyer_standings",
                "indexes": [
                    models.Index(
                        models.F("segment"),
                        models.OrderBy(models.F("window_net"), descending=True),
                        models.F("user_id"),
                        name="buyer_standings_segment",
                    ),
                    models.Index(fields=["renew_on"], name="buyer_standings_renewal"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RfmCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "recency", "frequency", "money", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("recency", models.SmallIntegerField()),
                ("frequency", models.SmallIntegerField()),
                ("money", models.SmallIntegerField()),
                ("buyers", models.BigIntegerField(default=0)),
                ("orders", models.BigIntegerField(default=0)),
                ("home_orders", models.BigIntegerField(default=0)),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("lifetime_net", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
            ],
            options={
                "verbose_name": "buyers in a class",
                "db_table": "rfm_counts",
            },
        ),
        migrations.CreateModel(
            name="CohortMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "cohort", "month", "currency", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cohort", models.DateField()),
                ("month", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("buyers", models.BigIntegerField(default=0, help_text="with a paid order in the month")),
                ("orders", models.BigIntegerField(default=0)),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
            ],
            options={
                "verbose_name": "a cohort's month",
                "db_table": "cohort_months",
            },
        ),
        migrations.CreateModel(
            name="NewReturningDay",
            fields=[
                ("orders", models.BigIntegerField(default=0)),
                ("units", models.BigIntegerField(default=0)),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", "is_first", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("is_first", models.BooleanField()),
            ],
            options={
                "verbose_name": "first and repeated orders of a day",
                "db_table": "new_returning_days",
            },
        ),
        migrations.CreateModel(
            name="BuyersInPeriod",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "step", "start", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("step", models.CharField(max_length=7)),
                ("start", models.DateField()),
                ("new_buyers", models.BigIntegerField(default=0)),
                ("returning_buyers", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "new and returning buyers of a period",
                "db_table": "buyers_in_periods",
            },
        ),
    ]
