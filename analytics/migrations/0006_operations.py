"""Operations by day. What is there already is counted by `rebuild --apply`."""

import django.contrib.postgres.fields
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_behaviours"),
    ]

    operations = [
        migrations.CreateModel(
            name="OperationBlock",
            fields=[
                ("source", models.CharField(max_length=20)),
                ("currency", models.CharField(db_default="", default="", max_length=3)),
                ("key", models.CharField(db_default="", default="", max_length=255)),
                ("part", models.CharField(db_default="", default="", max_length=255)),
                ("bucket", models.SmallIntegerField(db_default=0, default=0)),
                ("count", models.BigIntegerField(db_default=0, default=0)),
                ("reached", models.BigIntegerField(db_default=0, default=0)),
                ("amount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("discount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "block",
                        "day",
                        "currency",
                        "key",
                        "part",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("block", models.BigIntegerField()),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "sums of a run of the platform's rows",
                "db_table": "operation_blocks",
            },
        ),
        migrations.CreateModel(
            name="OperationDay",
            fields=[
                ("source", models.CharField(max_length=20)),
                ("currency", models.CharField(db_default="", default="", max_length=3)),
                ("key", models.CharField(db_default="", default="", max_length=255)),
                ("part", models.CharField(db_default="", default="", max_length=255)),
                ("bucket", models.SmallIntegerField(db_default=0, default=0)),
                ("count", models.BigIntegerField(db_default=0, default=0)),
                ("reached", models.BigIntegerField(db_default=0, default=0)),
                ("amount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("discount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "day",
                        "currency",
                        "key",
                        "part",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "operations of a day",
                "db_table": "operation_days",
            },
        ),
        migrations.CreateModel(
            name="OperationMonth",
            fields=[
                ("source", models.CharField(max_length=20)),
                ("currency", models.CharField(db_default="", default="", max_length=3)),
                ("key", models.CharField(db_default="", default="", max_length=255)),
                ("part", models.CharField(db_default="", default="", max_length=255)),
                ("bucket", models.SmallIntegerField(db_default=0, default=0)),
                ("count", models.BigIntegerField(db_default=0, default=0)),
                ("reached", models.BigIntegerField(db_default=0, default=0)),
                ("amount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("discount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "month",
                        "currency",
                        "key",
                        "part",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.DateField()),
            ],
            options={
                "verbose_name": "operations of a month",
                "db_table": "operation_months",
            },
        ),
        migrations.CreateModel(
            name="OperationTouch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("looks", models.SmallIntegerField(db_default=0, default=0)),
                (
                    "order_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "verbose_name": "orders waiting to be looked at",
                "db_table": "operation_touches",
            },
        ),
    ]
