"""A few small markets, made once for all tests here."""

from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from xlcfi.demo.making import files_write
from xlcfi.demo.market import Market, market_build
from xlcfi.demo.platform_rows import platform_tables
from xlcfi.demo.span import Span
from xlcfi.demo.truth import Truth, read_truth

UNTIL = datetime.fromisoformat("2026-11-20T15:30")  # Seoul wall time without zone, as the tables keep it


class Silent:
    """A teller that tells nothing."""

    def step(self, name, *, total=None):
        pass

    def advance(self, units):
        pass


@cache
def market_of(scale: float, seed: int = 7, until: datetime = UNTIL) -> Market:
    return market_build(scale=scale, seed=seed, span=Span(until), on_step=lambda name: None)


def tables_digest(market: Market) -> str:
    digest = sha256()
    for table in platform_tables(market, pictures=[""] * market.size.products):
        digest.update(table.name.encode())
        for _, chunk in table.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def files_digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def made() -> Market:
    """A market at the demo's scale."""
    return market_of(0.02)


@pytest.fixture(scope="session")
def folder(made: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of `made`."""
    path = tmp_path_factory.mktemp("demo")
    files_write(made, out=path, teller=Silent())
    return path


@pytest.fixture(scope="session")
def truth(folder: Path) -> Truth:
    return read_truth(folder / "truth")
