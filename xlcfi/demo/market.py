"""The whole market, made subject by subject."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xlcfi.demo.arrays import Floats, Ints, Micros, Streams
from xlcfi.demo.balances import Balances, balances_build
from xlcfi.demo.baskets import Baskets, baskets_build, baskets_thinned
from xlcfi.demo.bills import KRW, Bills, bills_build
from xlcfi.demo.catalogue import Catalogue, catalogue_build
from xlcfi.demo.chain import ChainRecords, chain_build
from xlcfi.demo.coupons import Coupons, HeldCoupons, coupons_build, coupons_hold
from xlcfi.demo.deliveries import Deliveries, deliveries_build
from xlcfi.demo.demand import Demand, broken_seller, demand_build
from xlcfi.demo.fates import Fates, fates_build
from xlcfi.demo.occasions import Occasions, occasions_build
from xlcfi.demo.payments import Payments, payments_build
from xlcfi.demo.people import People, people_build
from xlcfi.demo.ratings import Ratings, ratings_build
from xlcfi.demo.recipes import bundles_of
from xlcfi.demo.refunds import Refunds, refunds_build
from xlcfi.demo.reviews import ReviewTexts, review_texts
from xlcfi.demo.rhythm import Pace, market_pace
from xlcfi.demo.sales import Sales, mean_daily, order_moments, sales_settle, units_by_day
from xlcfi.demo.shelves import Shelves
from xlcfi.demo.span import Size, Span
from xlcfi.demo.stock import Stock, Suppliers, stock_run, suppliers_build
from xlcfi.demo.tastes import Tastes, tastes_build

Step = Callable[[str], None]


@dataclass(frozen=True)
class Market:
    """Everything there is to know about the market; tables, events and truth are views of it."""

    size: Size
    span: Span
    streams: Streams
    catalogue: Catalogue
    people: People
    pace: Pace
    tastes: Tastes
    bundle: Ints
    demand: Demand
    occasions: Occasions
    mean_units: Floats
    suppliers: Suppliers
    stock: Stock
    sales: Sales
    coupons: Coupons
    bills: Bills
    fates: Fates
    payments: Payments
    refunds: Refunds
    deliveries: Deliveries
    held_coupons: HeldCoupons
    balances: Balances
    ratings: Ratings
    chain: ChainRecords

    @cached_property
    def review_texts(self) -> ReviewTexts:
        """What the reviews say, one text for each rating."""
        keys = self.catalogue.leaf_key[self.ratings.product].tolist()
        return review_texts(ratings=self.ratings.stars, category_keys=keys, rng=self.streams.of("review texts"))

    @cached_property
    def user_id(self) -> Ints:
        """The user of every order, shape (orders,)."""
        return np.asarray(self.people.buyers.user_id[self.sales.buyer])

    @cached_property
    def seller_id(self) -> Ints:
        """The seller of every order, shape (orders,): of its dearest line. Other lines can be other sellers'."""
        worth = self.bills.unit_price * self.sales.quantity
        order = np.lexsort((-worth, self.sales.line_order))
        first = np.searchsorted(self.sales.line_order[order], np.arange(len(self.sales.buyer)))
        return np.asarray(self.people.seller_ids[self.catalogue.seller[self.sales.product[order[first]]]])

    @property
    def product_created_us(self) -> Micros:
        """When each product was put up, shape (products,)."""
        morning = (9 * 3600 + 137 * (np.arange(self.size.products) % 200)) * 1_000_000 + 250_001
        return np.asarray(self.span.start_us + self.demand.launched * 86_400_000_000 + morning - 86_400_000_000)


def market_build(*, scale: float, seed: int, span: Span, on_step: Step) -> Market:
    """Make the market of `scale` and `seed` over `span`; the same three give the same market.

    Raises ValueError for a scale or a span that no market can be made for.
    """
    size, streams = Size.at(scale), Streams(seed)
    on_step("catalogue")
    catalogue = catalogue_build(products=size.products, sellers=size.sellers, rng=streams.of("catalogue"))
    on_step("people")
    people = people_build(size=size, span=span, streams=streams)
    buyers = people.buyers
    pace = market_pace(span=span, rng=streams.of("pace"))
    occasions = occasions_build(buyers=buyers, pace=pace, span=span, wanted=size.orders, streams=streams)
    on_step("demand")
    demand = demand_build(catalogue=catalogue, size=size, span=span, streams=streams)
    leaves, leaf = np.unique(catalogue.category_id, return_inverse=True)
    tastes = tastes_build(category_ids=leaves, countries=buyers.country, rng=streams.of("tastes"))
    bundle = bundles_of(recipe=catalogue.recipe, leaf=leaf, rng=streams.of("recipes"))
    shelves = Shelves.laid_out(leaf=leaf, leaves=len(leaves), intensity=demand.intensity)
    on_step("baskets")
    moments = order_moments(occasions=occasions, buyers=buyers, span=span, rng=streams.of("moments"))
    baskets = baskets_build(
        occasions=occasions, buyers=buyers, tastes=tastes, shelves=shelves, demand=demand, recipe=bundle,
        repeat_days=catalogue.repeat_days, span=span, streams=streams,
    )  # fmt: skip
    # Room for what stock will hide, so that the market ends with its size.
    room = round(1.05 * size.lines * len(occasions.buyer) / size.orders)
    baskets = baskets_thinned(baskets, most=room, rng=streams.of("forgotten"))
    on_step("stock")
    suppliers, stock = _stock(catalogue=catalogue, occasions=occasions, baskets=baskets, demand=demand, streams=streams)
    sales = sales_settle(
        occasions=occasions, moments=moments, baskets=baskets, stock=stock, size=size, rng=streams.of("sales")
    )
    on_step("money")
    coupons = coupons_build(size=size, span=span, rng=streams.of("coupons"))
    bills = bills_build(
        sales=sales, buyers=buyers, prices_krw=demand.prices.krw, coupons=coupons, rng=streams.of("bills")
    )
    fates = fates_build(
        sales=sales, country=buyers.country[sales.buyer], purse=buyers.purse[sales.buyer],
        won_only=bills.currency == KRW, span=span, rng=streams.of("fates"),
    )  # fmt: skip
    payments = payments_build(fates=fates, span=span, rng=streams.of("payments"))
    refunds = refunds_build(
        sales=sales, bills=bills, fates=fates, payments=payments, span=span, rng=streams.of("refunds")
    )
    held = coupons_hold(
        coupons=coupons, coupon=bills.coupon, buyer=sales.buyer, moment_us=sales.moment_us, paid=fates.paid,
        joined_us=buyers.joined_us, span=span, streams=streams,
    )  # fmt: skip
    balances = balances_build(
        sales=sales, total=bills.total, fates=fates, refunds=refunds, buyers=buyers, span=span,
        rng=streams.of("balances"),
    )  # fmt: skip
    on_step("parcels and reviews")
    deliveries = deliveries_build(sales=sales, fates=fates, span=span, rng=streams.of("deliveries"))
    ratings = ratings_build(
        sales=sales, fates=fates, buyers=buyers, product_seller=catalogue.seller,
        broken_seller=broken_seller(catalogue), span=span, rng=streams.of("ratings"),
    )  # fmt: skip
    created = span.start_us + (demand.launched - 1) * 86_400_000_000
    chain = chain_build(product_created_us=created, fates=fates, span=span, rng=streams.of("chain"))
    return Market(
        size, span, streams, catalogue, people, pace, tastes, bundle, demand, occasions,
        baskets.mean * np.float32(sales.kept_share), suppliers,
        stock, sales, coupons, bills, fates, payments, refunds, deliveries, held, balances, ratings, chain,
    )  # fmt: skip


def _stock(
    *, catalogue: Catalogue, occasions: Occasions, baskets: Baskets, demand: Demand, streams: Streams
) -> tuple[Suppliers, Stock]:
    products, days = demand.intensity.shape
    wanted = units_by_day(
        product=baskets.product,
        day=occasions.day[baskets.order],
        quantity=baskets.quantity,
        products=products,
        days=days,
    )
    usual = mean_daily(baskets.mean)
    rng = streams.of("stock")
    suppliers = suppliers_build(
        seller=catalogue.seller, mean_daily=usual, shelf_life_days=catalogue.shelf_life_days, rng=rng
    )
    stock = stock_run(
        wanted=wanted, launched=demand.launched, gone=demand.gone, suppliers=suppliers, usual=usual, rng=rng
    )
    return suppliers, stock
