"""Blockchain records: where products come from, and that orders arrived."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, MINUTE, NEVER, Ints, Micros, Texts
from xlcfi.demo.fates import Fates
from xlcfi.demo.span import Span


@dataclass(frozen=True)
class ChainRecords:
    """Rows by time, shape (records,). product, order: index, or -1 where the record isn't about one."""

    product: Ints
    order: Ints
    tx_hash: Texts
    status: Texts
    moment_us: Micros


def chain_build(*, product_created_us: Micros, fates: Fates, span: Span, rng: np.random.Generator) -> ChainRecords:
    """Two products in three and one delivered order in eight have a record; fresh ones are pending, a few failed."""
    products = np.flatnonzero(rng.random(len(product_created_us)) < 0.66)
    orders = np.flatnonzero((fates.delivered_us != NEVER) & (rng.random(len(fates.kind)) < 0.125))
    product = np.concatenate([products, np.full(len(orders), -1)])
    order = np.concatenate([np.full(len(products), -1), orders])
    moment = np.concatenate([product_created_us[products] + 2 * HOUR, fates.delivered_us[orders] + MINUTE])
    moment = np.minimum(moment, span.until_us)
    by_time = np.argsort(moment, kind="stable")
    product, order, moment = product[by_time], order[by_time], moment[by_time]
    digits = rng.bytes(32 * len(moment)).hex()
    hashes = np.array(["0x" + digits[i : i + 64] for i in range(0, len(digits), 64)], dtype=object)
    fresh = span.until_us - moment < DAY // 4
    status = np.where(fresh, "PENDING", np.where(rng.random(len(moment)) < 0.015, "FAILED", "CONFIRMED"))
    return ChainRecords(product, order, hashes, status.astype(object), moment)
