"""The Java-owned tables in the admin, to look at."""

from django.contrib import admin

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


@admin.register(User)
class UserAdmin(PlatformAdmin):
    list_display = ("id", "email", "name", "role", "status", "country_code", "created_at", "last_login_at")
    search_fields = ("email", "name")
    date_hierarchy = "created_at"


@admin.register(Category)
class CategoryAdmin(PlatformAdmin):
    list_display = ("id", "name", "parent_id")
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(PlatformAdmin):
    list_display = ("id", "name", "price", "currency", "stock", "status", "category_id", "seller_id", "updated_at")
    search_fields = ("name",)
    date_hierarchy = "created_at"


@admin.register(ProductImage)
class ProductImageAdmin(PlatformAdmin):
    list_display = ("id", "product_id", "url", "sort_order")
    search_fields = ("url",)


@admin.register(Order)
class OrderAdmin(PlatformAdmin):
    list_display = ("id", "status", "total", "currency", "buyer_id", "seller_id", "created_at", "updated_at")
    search_fields = ("buyer__email",)
    date_hierarchy = "created_at"


@admin.register(OrderItem)
class OrderItemAdmin(PlatformAdmin):
    list_display = ("id", "order_id", "product_id", "quantity", "unit_price")
    search_fields = ("product__name",)


@admin.register(Payment)
class PaymentAdmin(PlatformAdmin):
    list_display = ("id", "order_id", "status", "method", "amount", "currency", "paid_at", "created_at")
    search_fields = ("pg_transaction_id",)
    date_hierarchy = "created_at"


@admin.register(Review)
class ReviewAdmin(PlatformAdmin):
    list_display = ("id", "product_id", "user_id", "rating", "sentiment", "sentiment_score", "created_at")
    search_fields = ("content",)
    date_hierarchy = "created_at"


@admin.register(Coupon)
class CouponAdmin(PlatformAdmin):
    list_display = ("id", "name", "discount_amount", "issued_quantity", "total_quantity", "valid_from", "valid_until")
    search_fields = ("name",)


@admin.register(UserCoupon)
class UserCouponAdmin(PlatformAdmin):
    list_display = ("id", "coupon_id", "user_id", "status", "order_id", "issued_at", "used_at")
    search_fields = ("user__email",)


@admin.register(BalanceHistory)
class BalanceHistoryAdmin(PlatformAdmin):
    list_display = ("id", "user_id", "type", "amount", "balance_after", "created_at")
    search_fields = ("user__email",)
    date_hierarchy = "created_at"


@admin.register(Delivery)
class DeliveryAdmin(PlatformAdmin):
    list_display = ("id", "order_id", "status", "requested_at", "delivered_at")


@admin.register(BlockchainRecord)
class BlockchainRecordAdmin(PlatformAdmin):
    list_display = ("id", "status", "tx_hash", "product_id", "order_id", "created_at")
    search_fields = ("tx_hash",)
    date_hierarchy = "created_at"
