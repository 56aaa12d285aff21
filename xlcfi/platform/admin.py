"""The Java-owned tables in the admin, to look at."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from xlcfi.console.columns import row_link
from xlcfi.platform.admin_base import PlatformAdmin
from xlcfi.platform.models import (
    BalanceHistory,
    BlockchainRecord,
    Category,
    Coupon,
    Delivery,
    Order,
    OrderItem,
    Payment,
    Product,
    ProductImage,
    Review,
    User,
    UserCoupon,
)


class _WithPage(PlatformAdmin):
    """Rows that have a page of figures of their own: the list and the row lead to it."""

    @admin.display(description=_("figures"))
    def page_link(self, row: Any) -> Any:
        """Where the row's figures are, as far as the viewer may see them."""
        link = row_link(type(row), row.pk, row.console_viewer)
        if not link or link.endswith("/change/"):
            return "–"
        return format_html('<a class="console-link" href="{}">{}</a>', link, _("show"))


@admin.register(User)
class UserAdmin(_WithPage):
    list_display = ("id", "email", "name", "role", "status", "country_code", "created_at", "last_login_at", "page_link")
    list_filter = ("created_at", "role", "status", "country_code")
    search_fields = ("email", "name")
    search_help_text = _("Number, or part of the e-mail or name")
    personal_fields = ("email", "name")


@admin.register(Category)
class CategoryAdmin(PlatformAdmin):
    list_display = ("id", "name", "parent")
    list_filter = ("parent",)
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(_WithPage):
    list_display = ("id", "name", "price", "stock", "status", "category", "seller", "updated_at", "page_link")
    list_filter = ("created_at", "status", "currency", "category", "seller")
    search_fields = ("name",)
    search_help_text = _("Number, or part of the name")


@admin.register(ProductImage)
class ProductImageAdmin(PlatformAdmin):
    list_display = ("id", "product", "url", "sort_order")
    list_filter = ("product",)
    search_fields = ("url",)


@admin.register(Order)
class OrderAdmin(PlatformAdmin):
    list_display = ("id", "status", "total", "buyer", "seller", "created_at", "updated_at")
    list_filter = ("created_at", "status", "currency", "buyer", "seller")
    search_fields = ("buyer__email",)
    search_help_text = _("Number, or part of the buyer's e-mail")


@admin.register(OrderItem)
class OrderItemAdmin(PlatformAdmin):
    list_display = ("id", "order", "product", "quantity", "unit_price")
    list_filter = ("order", "product")
    search_fields = ("product__name",)
    search_help_text = _("Number, or part of the product's name")


@admin.register(Payment)
class PaymentAdmin(PlatformAdmin):
    list_display = ("id", "order", "status", "method", "amount", "paid_at", "created_at")
    list_filter = ("created_at", "status", "method", "currency", "order")
    search_fields = ("pg_transaction_id__exact",)
    search_help_text = _("Number, or the whole transaction id")


@admin.register(Review)
class ReviewAdmin(PlatformAdmin):
    list_display = ("id", "product", "user", "rating", "sentiment", "sentiment_score", "created_at")
    list_filter = ("created_at", "rating", "sentiment", "product", "user")
    search_fields = ("content",)
    search_help_text = _("Number, or words of the review")


@admin.register(Coupon)
class CouponAdmin(PlatformAdmin):
    list_display = ("id", "name", "discount_amount", "issued_quantity", "total_quantity", "valid_from", "valid_until")
    list_filter = ("valid_from", "valid_until")
    search_fields = ("name",)


@admin.register(UserCoupon)
class UserCouponAdmin(PlatformAdmin):
    list_display = ("id", "coupon", "user", "status", "order", "issued_at", "used_at")
    list_filter = ("issued_at", "status", "coupon", "user")
    search_fields = ("user__email",)
    search_help_text = _("Number, or part of the member's e-mail")


@admin.register(BalanceHistory)
class BalanceHistoryAdmin(PlatformAdmin):
    list_display = ("id", "user", "type", "amount", "balance_after", "created_at")
    list_filter = ("created_at", "type", "user")
    search_fields = ("user__email",)
    search_help_text = _("Number, or part of the member's e-mail")


@admin.register(Delivery)
class DeliveryAdmin(PlatformAdmin):
    list_display = ("id", "order", "status", "requested_at", "delivered_at")
    list_filter = ("requested_at", "status", "order")
    search_fields = ("pk",)


@admin.register(BlockchainRecord)
class BlockchainRecordAdmin(PlatformAdmin):
    list_display = ("id", "status", "tx_hash", "product", "order", "created_at")
    list_filter = ("created_at", "status", "product", "order")
    search_fields = ("tx_hash__startswith",)
    search_help_text = _("Number, or the beginning of the transaction's hash")
