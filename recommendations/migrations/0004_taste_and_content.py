"""What stays of a rating when its purchase is withdrawn; the most bought products by an index; products' content."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0003_co_purchase_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="useritem",
            name="interest",
            field=models.FloatField(
                db_default=0.0,
                help_text="the highest of what happened but for purchases: what stays of a withdrawn one",
            ),
        ),
        migrations.AddIndex(
            model_name="copurchaseproduct",
            index=models.Index(
                models.OrderBy(models.F("orders"), descending=True),
                models.F("product_id"),
                name="co_purchase_products_top",
            ),
        ),
        migrations.CreateModel(
            name="ProductFeature",
            fields=[
                ("product_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "present",
                    models.BooleanField(db_default=False, help_text="its row was there when last looked"),
                ),
                ("seller_id", models.BigIntegerField(null=True)),
                ("category_id", models.BigIntegerField(null=True)),
                ("name", models.TextField(db_default="")),
                ("price", models.DecimalField(decimal_places=2, max_digits=38, null=True)),
                ("currency", models.TextField(db_default="")),
                ("status", models.TextField(db_default="")),
                (
                    "content_hash",
                    models.CharField(
                        db_default="",
                        help_text="MD5 of name, description and category: other text, other vector",
                        max_length=32,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(help_text="when any of this was last found to be different"),
                ),
                ("told_at", models.DateTimeField(help_text="when an event last told of a change")),
            ],
            options={
                "verbose_name": "product's content",
                "db_table": "product_features",
                "indexes": [
                    models.Index(fields=["changed_at"], name="product_features_changed"),
                    models.Index(fields=["told_at"], name="product_features_told"),
                ],
            },
        ),
    ]
