"""The market as rows of the Java-owned tables."""

from collections.abc import Iterator

import numpy as np

from xlcfi.demo.arrays import DAY, NEVER, Ints, Micros, Texts
from xlcfi.demo.bills import CURRENCIES
from xlcfi.demo.market import Market
from xlcfi.demo.names import person_names
from xlcfi.demo.people import accounts_today
from xlcfi.demo.tables import Table, code, money, reference, same, stamp, text, whole


def platform_tables(market: Market, *, pictures: list[str]) -> Iterator[Table]:
    """All thirteen tables, each after those it refers to, made one at a time. pictures: a url for each product."""
    yield _users(market)
    yield _categories(market)
    yield _products(market)
    yield _images(pictures)
    yield _orders(market)
    yield _lines(market)
    yield _payments(market)
    yield _reviews(market)
    yield from _coupons(market)
    yield _balances(market)
    yield _deliveries(market)
    yield _chain(market)


def _users(market: Market) -> Table:
    people, buyers = market.people, market.people.buyers
    last = np.full(len(buyers.user_id), NEVER, dtype=np.int64)
    np.maximum.at(last, market.sales.buyer, market.sales.moment_us)
    state = accounts_today(
        people=people, last_order_us=last, lapsed=market.occasions.lapsed, span=market.span,
        rng=market.streams.of("accounts"),
    )  # fmt: skip
    names = person_names(people.count, people.country.tolist(), market.streams.of("names"))
    first_seller = market.size.admins
    names[first_seller : first_seller + market.size.sellers] = market.catalogue.seller_names
    prefix = {"ADMIN": "admin", "SELLER": "seller", "BUYER": "buyer"}
    emails = [f"{prefix[role]}{i + 1}@xlcfi.example" for i, role in enumerate(people.role.tolist())]
    return Table(
        "users",
        people.count,
        (
            text("email", emails), text("name", names), code("role", people.role), code("status", state.status),
            code("country_code", people.country), stamp("last_login_at", state.last_login_us),
            stamp("created_at", people.created_us), stamp("updated_at", state.updated_us),
        ),
    )  # fmt: skip


def _categories(market: Market) -> Table:
    categories = market.catalogue.categories
    parents = np.array([(category.parent_id or 0) - 1 for category in categories])
    return Table(
        "categories", len(categories), (text("name", [c.name for c in categories]), reference("parent_id", parents))
    )


def stock_today(market: Market) -> Ints:
    """Units on hand now, shape (products,): what was left at the end, less what spoiled that day."""
    return np.asarray(market.stock.left[:, -1].astype(np.int64))


def product_status(market: Market) -> Texts:
    """What products.status says today, shape (products,)."""
    hidden = market.demand.gone < market.span.days
    return np.where(hidden, "HIDDEN", np.where(stock_today(market) == 0, "SOLD_OUT", "ON_SALE")).astype(object)


def product_updated_us(market: Market) -> Micros:
    """The last change of each product: of its price, or of its stock by an order."""
    span, prices = market.span, market.demand.prices
    updated = market.product_created_us.copy()
    np.maximum.at(updated, prices.change_product, span.start_us + prices.change_day * DAY + 1_003)
    np.maximum.at(updated, market.sales.product, market.sales.moment_us[market.sales.line_order])
    return np.asarray(updated)


def _products(market: Market) -> Table:
    catalogue, count = market.catalogue, market.size.products
    return Table(
        "products",
        count,
        (
            whole("seller_id", market.people.seller_ids[catalogue.seller]), whole("category_id", catalogue.category_id),
            text("name", catalogue.name.tolist()), text("description", catalogue.description.tolist()),
            money("price", (market.demand.prices.krw[:, -1].astype(np.int64) * 100)), same("currency", "KRW", count),
            whole("stock", stock_today(market)), code("status", product_status(market)),
            stamp("created_at", market.product_created_us), stamp("updated_at", product_updated_us(market)),
        ),
    )  # fmt: skip


def _images(pictures: list[str]) -> Table:
    index = np.flatnonzero(np.array([bool(url) for url in pictures], dtype=bool))
    return Table(
        "product_images",
        len(index),
        (
            whole("product_id", index + 1), text("url", [pictures[i] for i in index]),
            whole("sort_order", np.zeros(len(index), dtype=np.int64)),
        ),
    )  # fmt: skip


def _orders(market: Market) -> Table:
    return Table(
        "orders",
        len(market.sales.buyer),
        (
            whole("buyer_id", market.user_id), whole("seller_id", market.seller_id),
            code("status", market.fates.status), money("total", market.bills.total),
            code("currency", market.bills.currency_text()),
            stamp("created_at", market.fates.created_us), stamp("updated_at", market.fates.updated_us),
        ),
    )  # fmt: skip


def _lines(market: Market) -> Table:
    sales = market.sales
    return Table(
        "order_items",
        len(sales.product),
        (
            whole("order_id", sales.line_order + 1), whole("product_id", sales.product + 1),
            whole("quantity", sales.quantity), money("unit_price", market.bills.unit_price),
        ),
    )  # fmt: skip


def transaction_ids(market: Market) -> Texts:
    """What the payment gateway calls each payment, shape (payments,)."""
    count = len(market.payments.order)
    digits = market.streams.of("transactions").bytes(10 * count).hex()
    return np.array([f"pg_{digits[20 * i : 20 * i + 20]}" for i in range(count)], dtype=object)


def _payments(market: Market) -> Table:
    payments, bills = market.payments, market.bills
    return Table(
        "payments",
        len(payments.order),
        (
            whole("order_id", payments.order + 1), code("pg_transaction_id", transaction_ids(market)),
            code("method", payments.method), code("status", payments.status),
            money("amount", bills.total[payments.order]), code("currency", CURRENCIES[bills.currency[payments.order]]),
            stamp("paid_at", payments.paid_us), stamp("created_at", payments.created_us),
        ),
    )  # fmt: skip


def _reviews(market: Market) -> Table:
    ratings, count = market.ratings, len(market.ratings.stars)
    written = market.review_texts
    empty: list[str | None] = [None] * count
    return Table(
        "reviews",
        count,
        (
            whole("product_id", ratings.product + 1), whole("user_id", market.people.buyers.user_id[ratings.buyer]),
            whole("rating", ratings.stars), text("content", written.texts), text("sentiment", empty),
            text("sentiment_score", empty), stamp("created_at", ratings.moment_us),
        ),
    )  # fmt: skip


def _coupons(market: Market) -> Iterator[Table]:
    coupons, held, span = market.coupons, market.held_coupons, market.span
    count = len(coupons.name)
    issued = np.bincount(held.coupon, minlength=count)
    total = np.maximum(-(-(issued + 1) * 5 // 4 // 50) * 50, 50)
    yield Table(
        "coupons",
        count,
        (
            text("name", coupons.name.tolist()), money("discount_amount", coupons.discount),
            whole("total_quantity", total), whole("issued_quantity", issued),
            stamp("valid_from", span.start_us + coupons.first_day * DAY),
            stamp("valid_until", span.start_us + (coupons.last_day + 1) * DAY - 1),
        ),
    )  # fmt: skip
    yield Table(
        "user_coupons",
        len(held.coupon),
        (
            whole("coupon_id", held.coupon + 1), whole("user_id", market.people.buyers.user_id[held.buyer]),
            code("status", held.status), reference("order_id", held.order), stamp("issued_at", held.issued_us),
            stamp("used_at", held.used_us),
        ),
    )  # fmt: skip


def _balances(market: Market) -> Table:
    balances = market.balances
    return Table(
        "balance_histories",
        len(balances.buyer),
        (
            whole("user_id", market.people.buyers.user_id[balances.buyer]), code("type", balances.kind),
            money("amount", balances.amount), money("balance_after", balances.balance_after),
            stamp("created_at", balances.moment_us),
        ),
    )  # fmt: skip


def _deliveries(market: Market) -> Table:
    deliveries = market.deliveries
    return Table(
        "deliveries",
        len(deliveries.order),
        (
            whole("order_id", deliveries.order + 1), code("status", deliveries.status),
            stamp("requested_at", deliveries.requested_us), stamp("delivered_at", deliveries.delivered_us),
        ),
    )  # fmt: skip


def _chain(market: Market) -> Table:
    chain = market.chain
    return Table(
        "blockchain_records",
        len(chain.status),
        (
            reference("product_id", chain.product), reference("order_id", chain.order), code("tx_hash", chain.tx_hash),
            code("status", chain.status), stamp("created_at", chain.moment_us),
        ),
    )  # fmt: skip
