"""Sellers, countries, hours, discounts and cancellations. What is there already is completed by `rebuild --apply`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_all_kinds_of_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountrySalesDay",
            fields=[
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("discounts", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("cancelled", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("orders", models.BigIntegerField(default=0)),
                ("units", models.BigIntegerField(db_default=0, default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", "country", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("country", models.CharField(max_length=2)),
            ],
            options={
                "verbose_name": "a country's sales of a day",
                "db_table": "country_sales_days",
            },
        ),
        migrations.CreateModel(
            name="SalesHour",
            fields=[
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("discounts", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("cancelled", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("orders", models.BigIntegerField(default=0)),
                ("units", models.BigIntegerField(db_default=0, default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", "hour", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("hour", models.SmallIntegerField()),
            ],
            options={
                "verbose_name": "sales of an hour",
                "db_table": "sales_hours",
            },
        ),
        migrations.CreateModel(
            name="SellerSalesDay",
            fields=[
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("discounts", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("refunds", models.DecimalField(decimal_places=2, default=0, max_digits=38)),
                ("cancelled", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38)),
                ("orders", models.BigIntegerField(default=0)),
                ("units", models.BigIntegerField(db_default=0, default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "currency", "day", "seller_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("day", models.DateField()),
                ("seller_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "a seller's sales of a day",
                "db_table": "seller_sales_days",
            },
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="country",
            field=models.CharField(db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="hour",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="seller_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="orderfact",
            name="country",
            field=models.CharField(
                db_default="", default="", help_text="where the buyer is; empty: unknown", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="productsalesday",
            name="cancelled",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="productsalesday",
            name="discounts",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="productsalesday",
            name="seller_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="productsalesmonth",
            name="cancelled",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="productsalesmonth",
            name="discounts",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="productsalesmonth",
            name="seller_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="refundfact",
            name="hour",
            field=models.SmallIntegerField(db_default=0, default=0, help_text="hour of that day in Seoul"),
        ),
        migrations.AddField(
            model_name="rollupdelta",
            name="cancelled",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="rollupdelta",
            name="country",
            field=models.CharField(db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="rollupdelta",
            name="discounts",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="rollupdelta",
            name="hour",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="rollupdelta",
            name="seller_id",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="salesday",
            name="cancelled",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="salesday",
            name="discounts",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=38),
        ),
        migrations.AddField(
            model_name="salesday",
            name="units",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="kind",
            field=models.CharField(
                choices=[("S", "sale"), ("D", "discount"), ("R", "return"), ("C", "cancellation")], max_length=1
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE product_sales_days DROP CONSTRAINT product_sales_days_pkey, ADD PRIMARY KEY (currency, day, product_id, seller_id)",
                    "ALTER TABLE product_sales_days DROP CONSTRAINT product_sales_days_pkey, ADD PRIMARY KEY (currency, day, product_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="productsalesday",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "currency",
                        "day",
                        "product_id",
                        "seller_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ],
        ),
        migrations.AlterField(
            model_name="productsalesday",
            name="units",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE product_sales_months DROP CONSTRAINT product_sales_months_pkey, ADD PRIMARY KEY (currency, month, product_id, seller_id)",
                    "ALTER TABLE product_sales_months DROP CONSTRAINT product_sales_months_pkey, ADD PRIMARY KEY (currency, month, product_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="productsalesmonth",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "currency",
                        "month",
                        "product_id",
                        "seller_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ],
        ),
        migrations.AlterField(
            model_name="productsalesmonth",
            name="units",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="rollupdelta",
            name="units",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="productsalesday",
            index=models.Index(fields=["product_id", "day"], name="product_sales_days_product"),
        ),
        migrations.AddIndex(
            model_name="productsalesday",
            index=models.Index(fields=["seller_id", "day"], name="product_sales_days_seller"),
        ),
        migrations.AddIndex(
            model_name="productsalesmonth",
            index=models.Index(fields=["seller_id", "month"], name="product_sales_months_seller"),
        ),
        migrations.AddIndex(
            model_name="sellersalesday",
            index=models.Index(fields=["seller_id", "day"], name="seller_sales_days_seller"),
        ),
    ]
