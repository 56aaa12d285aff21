"""The groups of people. What each may do is granted after every migrate (xlcfi/console/rights.py): by then the rights of
all apps exist."""

from django.db import migrations

GROUPS = ("analyst", "operator", "data_admin")


def make(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.using(schema_editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("console", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
