from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeliveryFact",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "order_id", "delivery_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_id", models.BigIntegerField()),
                ("delivery_id", models.BigIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "delivery fact",
                "db_table": "delivery_facts",
            },
        ),
        migrations.RemoveConstraint(
            model_name="userbehavior",
            name="user_behaviors_subject",
        ),
        migrations.AddField(
            model_name="refundfact",
            name="happened_at",
            field=models.DateTimeField(help_text="when the event says it was; null: told by the tables", null=True),
        ),
        migrations.AlterField(
            model_name="activedelta",
            name="day",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="userbehavior",
            name="event_id",
            field=models.CharField(max_length=255),
        ),
        migrations.RunSQL(
            "UPDATE user_behaviors SET subject = 'event:' || left(event_id, 154) WHERE subject IS NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="userbehavior",
            name="subject",
            field=models.CharField(max_length=160),
        ),
        migrations.AddIndex(
            model_name="userbehavior",
            index=models.Index(
                condition=models.Q(("user_id__isnull", True), ("subject__startswith", "order:")),
                fields=["id"],
                name="user_behaviors_orphans",
            ),
        ),
        migrations.AddConstraint(
            model_name="userbehavior",
            constraint=models.UniqueConstraint(fields=("event_type", "subject"), name="user_behaviors_once"),
        ),
        migrations.AddIndex(
            model_name="deliveryfact",
            index=models.Index(fields=["completed_at"], name="delivery_facts_completed"),
        ),
    ]
