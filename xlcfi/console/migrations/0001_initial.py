"""Rights of the admin that belong to no table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Right",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
            ],
            options={
                "verbose_name": "right",
                "verbose_name_plural": "rights",
                "permissions": [
                    ("see_personal_data", "Can see names and e-mail addresses of members"),
                    ("export_lists", "Can save lists as files"),
                ],
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
