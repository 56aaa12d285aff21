"""What an order costs: currency, lines, coupon, shipping. Amounts are whole numbers of hundredths."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Floats, Ints, Texts
from xlcfi.demo.coupons import Coupons
from xlcfi.demo.people import Buyers
from xlcfi.demo.sales import Sales

CURRENCIES = np.array(["KRW", "USD", "JPY"], dtype=object)
KRW, USD, JPY = range(3)
_ABROAD_PAYS = {
    "US": (USD, 0.55),
    "CA": (USD, 0.4),
    "SG": (USD, 0.4),
    "AU": (USD, 0.4),
    "GB": (USD, 0.3),
    "JP": (JPY, 0.6),
}
_SHIPPING = np.array([[3_000_00, 12_000_00], [9_90, 9_90], [1_200_00, 1_200_00]])  # currency x (home, abroad)
_FREE_FROM_KRW = np.array([40_000_00, 150_000_00])


@dataclass(frozen=True)
class Bills:
    """currency (index of CURRENCIES), subtotal, shipping, discount, total, coupon (-1: none): shape (orders,).

    unit_price: shape (lines,), in the order's currency. won_rate: won for one unit of the order's currency.
    """

    currency: Ints
    subtotal: Ints
    shipping: Ints
    discount: Ints
    total: Ints
    coupon: Ints
    unit_price: Ints
    won_rate: Floats

    def currency_text(self) -> Texts:
        """The currency codes, shape (orders,)."""
        return np.asarray(CURRENCIES[self.currency])


def exchange_rates(*, days: int, rng: np.random.Generator) -> Floats:
    """Won for one KRW, USD, JPY on every day, shape (3, days)."""
    wander = np.cumsum(rng.normal(0, 0.003, (2, days)), axis=1)
    wander -= np.linspace(0, 1, days) * wander[:, -1:]  # a bridge: it doesn't drift away
    dollar, yen = 1_370 * np.exp(wander[0]), 9.2 * np.exp(wander[1])
    return np.stack([np.ones(days), np.round(dollar, 1), np.round(yen, 3)])


def bills_build(
    *, sales: Sales, buyers: Buyers, prices_krw: Floats, coupons: Coupons, rng: np.random.Generator
) -> Bills:
    """Prices of the day, in the buyer's currency, less a coupon, plus shipping. prices_krw: (products, days)."""
    orders = len(sales.buyer)
    country = buyers.country[sales.buyer]
    rates = exchange_rates(days=prices_krw.shape[1], rng=rng)
    currency = np.zeros(orders, dtype=np.int64)
    draw = rng.random(orders)
    for code, (money, share) in _ABROAD_PAYS.items():
        currency[(country == code) & (draw < share)] = money
    rate = rates[currency, sales.day]
    won = prices_krw[sales.product, sales.day[sales.line_order]].astype(np.float64)
    line_currency = currency[sales.line_order]
    foreign = won / rate[sales.line_order]
    # Dollars have cents, yen and won have none.
    unit = np.where(line_currency == USD, np.round(foreign * 100), np.round(foreign) * 100).astype(np.int64)
    subtotal = np.bincount(sales.line_order, weights=unit * sales.quantity, minlength=orders).astype(np.int64)
    in_won = subtotal * rate
    abroad = (country != "KR").astype(np.int64)
    shipping = np.where(in_won >= _FREE_FROM_KRW[abroad], 0, _SHIPPING[currency, abroad])
    coupon = coupons.chosen(
        day=sales.day, subtotal=subtotal, allowed=currency == KRW, sensitivity=buyers.price_sensitivity[sales.buyer],
        buyer=sales.buyer, rng=rng,
    )  # fmt: skip
    discount = np.where(coupon >= 0, coupons.discount[coupon], 0)
    return Bills(currency, subtotal, shipping, discount, subtotal - discount + shipping, coupon, unit, rate)
