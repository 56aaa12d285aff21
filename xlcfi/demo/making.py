"""Makes a market and writes it everywhere it belongs: tables, event files, truth, pictures."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlcfi.demo.browsing import browsing_build
from xlcfi.demo.event_files import events_write, refunds_write
from xlcfi.demo.loading import PlatformNotEmpty, market_load, platform_is_empty
from xlcfi.demo.market import Market, market_build
from xlcfi.demo.pictures import pictures_make
from xlcfi.demo.platform_rows import platform_tables
from xlcfi.demo.progress import Teller
from xlcfi.demo.span import Span
from xlcfi.demo.truth_files import truth_write

EVENTS_FILE = "events.jsonl.gz"
REFUNDS_FILE = "refunds.jsonl.gz"
TRUTH_FOLDER = "truth"
MOST_PICTURES = 120


@dataclass(frozen=True)
class Report:
    """What was made. rows: by table; events, refunds: lines of the two files under `out`."""

    out: Path
    rows: dict[str, int]
    events: int
    refunds: int

    def __str__(self) -> str:
        counts = self.rows | {EVENTS_FILE: self.events, REFUNDS_FILE: self.refunds}
        return "\n".join([*(f"  {name:<20} {rows:>9,}" for name, rows in counts.items()), f"  files in {self.out}"])


def market_make(
    *, scale: float, seed: int, out: Path, until: datetime, images: bool, force: bool, teller: Teller
) -> Report:
    """Make the market, load it, and write its files under `out`.

    until: Seoul wall time without zone. Raises PlatformNotEmpty, and ValueError for a scale, seed or time that no
    market can be made for.
    """
    if not force and not platform_is_empty():
        raise PlatformNotEmpty("the platform's tables hold users or orders already; --force replaces them")
    market = market_build(scale=scale, seed=seed, span=Span(until), on_step=teller.step)
    pictures = _pictures(market, out=out, images=images, teller=teller)
    teller.step("review texts")
    _ = market.review_texts
    teller.step("tables", total=market.size.users + market.size.orders * 7)
    rows = market_load(
        tables=platform_tables(market, pictures=pictures), force=force, on_rows=lambda _, n: teller.advance(n)
    )
    events, refunds = files_write(market, out=out, teller=teller)
    return Report(out, rows, events, refunds)


def files_write(market: Market, *, out: Path, teller: Teller) -> tuple[int, int]:
    """Write events, refunds and truth of `market`; returns the lines of the first two."""
    teller.step("events")
    browsing = browsing_build(market, rng=market.streams.of("browsing"))
    events = events_write(market, browsing, path=out / EVENTS_FILE, on_rows=teller.advance)
    refunds = refunds_write(market, path=out / REFUNDS_FILE, on_rows=teller.advance)
    teller.step("ground truth")
    truth_write(market, browsing, folder=out / TRUTH_FOLDER)
    return events, refunds


def _pictures(market: Market, *, out: Path, images: bool, teller: Teller) -> list[str]:
    """A url for each product, empty where there is no picture."""
    count = market.size.products
    if not images:
        return [""] * count
    teller.step("pictures")
    rng = market.streams.of("pictures")
    # A picture takes a while to paint: a large market has them for its first products only.
    urls = pictures_make(catalogue=market.catalogue, out_dir=out, rng=rng, limit=min(count, MOST_PICTURES))
    return [*urls, *[""] * (count - len(urls))]
