import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_goals"),
    ]

    operations = [
        migrations.CreateModel(
            name="CurrencyRate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "krw_per_unit",
                    models.DecimalField(decimal_places=8, max_digits=20, verbose_name="won per unit"),
                ),
                ("source", models.CharField(db_default="", default="", max_length=120, verbose_name="source")),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded"),
                ),
            ],
            options={
                "verbose_name": "currency rate",
                "verbose_name_plural": "currency rates",
                "db_table": "currency_rates",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("krw_per_unit__gt", 0)), name="currency_rates_positive")
                ],
            },
        ),
    ]
