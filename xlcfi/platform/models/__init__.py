"""The Java-owned tables, one file per Java service. All unmanaged and read-only: see `xlcfi.platform.guard`.

An enum can gain members at any time, so no field here names its choices: an unknown status is a string like any other.
"""

from xlcfi.platform.models.balance import BalanceHistory, BalanceType
from xlcfi.platform.models.blockchain import BlockchainRecord, BlockchainStatus
from xlcfi.platform.models.coupon import Coupon, UserCoupon, UserCouponStatus
from xlcfi.platform.models.delivery import Delivery, DeliveryStatus
from xlcfi.platform.models.member import User, UserRole, UserStatus
from xlcfi.platform.models.order import Order, OrderItem, OrderStatus
from xlcfi.platform.models.payment import Payment, PaymentStatus
from xlcfi.platform.models.product import Category, Product, ProductImage, ProductStatus
from xlcfi.platform.models.review import Review, SentimentRecord

__all__ = [
    "BalanceHistory",
    "BalanceType",
    "BlockchainRecord",
    "BlockchainStatus",
    "Category",
    "Coupon",
    "Delivery",
    "DeliveryStatus",
    "Order",
    "OrderItem",
    "OrderStatus",
    "Payment",
    "PaymentStatus",
    "Product",
    "ProductImage",
    "ProductStatus",
    "Review",
    "SentimentRecord",
    "User",
    "UserCoupon",
    "UserCouponStatus",
    "UserRole",
    "UserStatus",
]
