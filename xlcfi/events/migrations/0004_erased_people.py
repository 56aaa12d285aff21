"""Who asked to be forgotten, and an index of the dead letters that wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_housekeeping_and_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedPerson",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="user")),
                ("pseudonym", models.BigIntegerField(unique=True, verbose_name="pseudonym")),
                ("erased_at", models.DateTimeField(verbose_name="erased")),
                ("reason", models.CharField(blank=True, db_default="", max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "erased person",
                "verbose_name_plural": "erased people",
                "db_table": "erased_people",
            },
        ),
        migrations.AddIndex(
            model_name="deadletter",
            index=models.Index(condition=models.Q(("state", "new")), fields=["id"], name="events_deadletter_waiting"),
        ),
    ]
