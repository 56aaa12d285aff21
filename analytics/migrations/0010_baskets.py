"""How large orders are, by day; and the days of the ledger's rows, found without an index entry for each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_rates")]

    operations = [
        migrations.CreateModel(
            name="BasketDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "currency",
                        "measure",
                        "size",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "measure",
                    models.CharField(choices=[("L", "products"), ("U", "units"), ("V", "value")], max_length=1),
                ),
                ("size", models.BigIntegerField()),
                ("orders", models.BigIntegerField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=38)),
            ],
            options={
                "db_table": "basket_days",
                "verbose_name": "sizes of a day's orders",
                "verbose_name_plural": "sizes of orders by day",
            },
        ),
        # Sales come nearly in the order of their days, so a range of pages says enough and costs writers nothing.
        migrations.RunSQL(
            "CREATE INDEX ledger_entries_days ON ledger_entries USING brin (day)"
            " WITH (pages_per_range = 32, autosummarize = on) WHERE kind = 'S'",
            "DROP INDEX ledger_entries_days",
        ),
    ]
