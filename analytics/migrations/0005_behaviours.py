"""Behaviours by day, journeys and the funnel. What is there already is counted by `rebuild --apply`."""

import django.contrib.postgres.fields
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="BehaviorDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "event_type", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("event_type", models.CharField(max_length=64)),
                ("count", models.BigIntegerField(db_default=0, default=0)),
                ("anonymous", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "behaviours of a day",
                "verbose_name_plural": "behaviours by day",
                "db_table": "behavior_days",
            },
        ),
        migrations.CreateModel(
            name="BehaviorReason",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "event_type", "reason", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("event_type", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=120)),
                ("count", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "reason told on a day",
                "db_table": "behavior_reasons",
            },
        ),
        migrations.CreateModel(
            name="FunnelDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("product_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("viewed", models.BigIntegerField(db_default=0, default=0)),
                ("ordered", models.BigIntegerField(db_default=0, default=0)),
                ("paid", models.BigIntegerField(db_default=0, default=0)),
                ("delivered", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "funnel of a day",
                "db_table": "funnel_days",
            },
        ),
        migrations.CreateModel(
            name="FunnelTime",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product_id",
                        "day",
                        "step",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("product_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("step", models.CharField(max_length=1)),
                ("bucket", models.SmallIntegerField()),
                ("count", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "time between steps of a funnel",
                "db_table": "funnel_times",
            },
        ),
        migrations.CreateModel(
            name="InterestDelta",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("event_type", models.CharField(max_length=64)),
                ("product_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(max_length=120, null=True)),
                ("count", models.BigIntegerField()),
                ("anonymous", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "change of interest waiting to be folded in",
                "db_table": "interest_deltas",
            },
        ),
        migrations.CreateModel(
            name="Journey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "user_id",
                        "product_id",
                        "started_at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("product_id", models.BigIntegerField()),
                ("started_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("last_view_at", models.DateTimeField()),
                ("order_id", models.BigIntegerField(null=True)),
                ("ordered_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "journey",
                "db_table": "journeys",
            },
        ),
        migrations.CreateModel(
            name="JourneyTouch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("looks", models.SmallIntegerField(db_default=0, default=0)),
                (
                    "user_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], size=None
                    ),
                ),
                (
                    "product_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], size=None
                    ),
                ),
                (
                    "order_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "journeys waiting to be worked out",
                "db_table": "journey_touches",
            },
        ),
        migrations.CreateModel(
            name="ProductInterestDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "product_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("product_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("views", models.BigIntegerField(db_default=0, default=0)),
                ("anonymous_views", models.BigIntegerField(db_default=0, default=0)),
                ("carts", models.BigIntegerField(db_default=0, default=0)),
                ("wishes", models.BigIntegerField(db_default=0, default=0)),
                ("clicks", models.BigIntegerField(db_default=0, default=0)),
                ("shares", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "interest in a product on a day",
                "db_table": "product_interest_days",
            },
        ),
        migrations.AddIndex(
            model_name="userbehavior",
            index=models.Index(
                models.F("user_id"),
                django.db.models.functions.comparison.Cast(
                    django.db.models.fields.json.KeyTextTransform("product_id", "event_data"), models.BigIntegerField()
                ),
                models.F("created_at"),
                condition=models.Q(("event_type", "view"), ("user_id__isnull", False)),
                name="user_behaviors_views",
            ),
        ),
        migrations.AddIndex(
            model_name="funnelday",
            index=models.Index(fields=["day"], name="funnel_days_day"),
        ),
        migrations.AddIndex(
            model_name="productinterestday",
            index=models.Index(fields=["day"], name="product_interest_days_day"),
        ),
    ]
