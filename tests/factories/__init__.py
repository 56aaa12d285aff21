"""Rows as the Java services write them: by plain SQL, with valid defaults, a method for each table."""

from tests.factories.market import Market
from tests.factories.rows import Amount, seoul, wall_clock
from tests.factories.selling import Line

__all__ = ["Amount", "Line", "Market", "seoul", "wall_clock"]
