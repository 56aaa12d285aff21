"""Colours of food."""

from __future__ import annotations

from xlcfi.demo.pictures_brush import colour

RED, DEEP_RED = colour("d8382c"), colour("9e1f1c")
LEAF, DEEP_LEAF, PALE_LEAF = colour("5fa044"), colour("3b7335"), colour("cfe3a0")
CREAM, RICE, WHITE = colour("fbf3dc"), colour("fffdf4"), colour("ffffff")
WHEAT, BROWN, DARK = colour("e3b566"), colour("8a5a33"), colour("3a2a22")
GOLD, ORANGE, YELLOW = colour("f0b53c"), colour("ee8a32"), colour("f7d354")
SEA, INK = colour("1f4a46"), colour("17302e")
