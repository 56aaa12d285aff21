"""Small drawings of what grows or swims: each fits a circle of radius 1 around its brush."""

from __future__ import annotations

import math

from xlcfi.demo.pictures_brush import Brush, Colour, colour, darker, lighter, path
from xlcfi.demo.pictures_colours import (
    BROWN,
    CREAM,
    DARK,
    DEEP_LEAF,
    GOLD,
    LEAF,
    ORANGE,
    PALE_LEAF,
    RED,
    RICE,
    SEA,
    WHITE,
    YELLOW,
)


def _leaf(brush: Brush, fill: Colour, vein: Colour) -> None:
    brush.blob(path("0 -1, .42 -.45, .45 .2, 0 1, -.45 .2, -.42 -.45"), fill)
    brush.curve(path("0 -.8, .03 0, 0 1.1"), 0.07, vein)
    for y in (-0.35, 0.05, 0.42):
        brush.curve([(0, y + 0.12), (0.18, y - 0.02), (0.3, y - 0.16)], 0.045, vein)
        brush.curve([(0, y + 0.12), (-0.18, y - 0.02), (-0.3, y - 0.16)], 0.045, vein)


def cabbage(brush: Brush) -> None:
    for x, turn, fill in (
        (-0.42, -0.5, LEAF),
        (0.42, 0.5, LEAF),
        (-0.22, -0.22, lighter(LEAF, 0.25)),
        (0.22, 0.22, lighter(LEAF, 0.3)),
        (0, 0, PALE_LEAF),
    ):
        part = brush.at(x, -0.02, 0.92, turn)
        part.blob(path("0 -1, .3 -.92, .46 -.55, .42 0, .24 .85, -.24 .85, -.42 0, -.46 -.55, -.3 -.92"), fill)
        part.polygon(path("-.16 .85, -.06 -.5, .06 -.5, .16 .85"), CREAM)
    brush.blob(path("-.5 .62, 0 .52, .5 .62, .3 .92, -.3 .92"), CREAM)


def radish(brush: Brush) -> None:
    for turn in (-0.55, -0.15, 0.3):
        _leaf(brush.at(math.sin(turn) * 0.7, -0.72, 0.36, turn), LEAF, DEEP_LEAF)
    brush.blob(path("-.36 -.42, 0 -.5, .36 -.42, .42 .1, .26 .62, 0 1, -.26 .62, -.42 .1"), RICE)
    brush.blob(path("-.36 -.42, 0 -.5, .36 -.42, .39 -.2, 0 -.12, -.39 -.2"), colour("b9d68a"))
    for y in (0.15, 0.4):
        brush.curve([(-0.3, y), (-0.15, y + 0.04), (-0.05, y + 0.02)], 0.03, colour("d9d2b8"))


def scallion(brush: Brush) -> None:
    for x, turn in ((-0.36, -0.22), (0, 0), (0.36, 0.22)):
        part = brush.at(x, 0, 1.0, turn)
        part.polygon(path("-.09 .85, -.08 .1, -.22 -.95, 0 -.3, .2 -.95, .08 .1, .09 .85"), LEAF)
        part.panel(-0.1, 0.3, 0.1, 0.86, CREAM, 0.08)
        for root in (-0.06, 0, 0.06):
            part.stroke([(root, 0.86), (root * 2, 1.0)], 0.025, colour("d8cba2"))


def chili(brush: Brush) -> None:
    for x, turn in ((-0.28, 0.35), (0.32, -0.3)):
        part = brush.at(x, 0.08, 0.95, turn)
        part.blob(path("-.2 -.62, .2 -.62, .24 -.2, .12 .45, -.1 .98, -.14 .4, -.24 -.2"), RED)
        part.curve(path("-.1 -.4, -.12 0, -.06 .4"), 0.05, lighter(RED, 0.45))
        part.blob(path("-.24 -.58, 0 -.76, .24 -.58, 0 -.48"), DEEP_LEAF)
        part.curve(path("0 -.66, .04 -.85, .14 -.98"), 0.08, DEEP_LEAF)


def soybean(brush: Brush) -> None:
    brush.at(0, 0, 1, 0.6).blob(
        path("0 -1, .32 -.6, .22 -.3, .36 0, .22 .32, .3 .62, 0 1, -.3 .62, -.22 .32, -.36 0, -.22 -.3, -.32 -.6"), LEAF
    )
    for step in (-0.6, 0, 0.6):
        bean = brush.at(-math.sin(0.6) * step, math.cos(0.6) * step, 0.24)
        bean.disc(0, 0, 1, YELLOW)
        bean.disc(-0.25, -0.3, 0.28, lighter(YELLOW, 0.6))


def kelp(brush: Brush) -> None:
    for x, turn in ((-0.48, -0.25), (0.0, 0.02), (0.48, 0.25)):
        part = brush.at(x, 0, 1, turn)
        part.blob(
            path(
                "0 -1, .2 -.65, .12 -.35, .26 0, .14 .35, .2 .7, .06 1, "
                "-.08 1, -.2 .6, -.12 .3, -.26 -.05, -.12 -.4, -.2 -.7"
            ),
            SEA,
        )
        part.curve(path("0 -.8, .04 -.2, -.03 .3, 0 .9"), 0.045, lighter(SEA, 0.35))


def tea(brush: Brush) -> None:
    _leaf(brush.at(-0.45, -0.05, 0.62, -0.75), LEAF, DEEP_LEAF)
    _leaf(brush.at(0.45, -0.05, 0.62, 0.75), lighter(LEAF, 0.12), DEEP_LEAF)
    _leaf(brush.at(0, -0.42, 0.55, 0.03), lighter(LEAF, 0.3), DEEP_LEAF)
    brush.curve(path("0 0, .02 .5, -.06 .95"), 0.08, DEEP_LEAF)


def citrus(brush: Brush) -> None:
    brush.disc(0, 0.05, 0.9, ORANGE)
    brush.disc(0, 0.05, 0.78, CREAM)
    for step in range(8):
        a = step * math.pi / 4
        part = brush.at(0, 0.05, 0.72, a)
        part.blob(path("0 -.12, .26 -.72, .12 -.96, -.12 -.96, -.26 -.72"), YELLOW)
    _leaf(brush.at(0.5, -0.8, 0.35, 1.1), LEAF, DEEP_LEAF)


def grain(brush: Brush) -> None:
    for x, turn in ((-0.4, -0.28), (0, 0), (0.4, 0.28)):
        part = brush.at(x, 0, 1, turn)
        part.curve(path("0 1, 0 0, 0 -.6"), 0.05, colour("b98b3a"))
        for y in (-0.7, -0.45, -0.2, 0.05):
            for side in (-1, 1):
                part.at(side * 0.13, y, 0.2, side * 0.5).blob(path("0 -1, .45 0, 0 .9, -.45 0"), GOLD)
        part.at(0, -0.92, 0.18).blob(path("0 -1, .45 0, 0 .9, -.45 0"), GOLD)


def blossom(brush: Brush) -> None:
    for step in range(6):
        brush.at(0, 0, 1, step * math.pi / 3).blob(
            path("0 -.18, .34 -.55, .2 -.95, -.2 -.95, -.34 -.55"), colour("f6c6cf")
        )
    brush.disc(0, 0, 0.26, GOLD)
    for step in range(6):
        a = step * math.pi / 3 + 0.5
        brush.disc(0.36 * math.cos(a), 0.36 * math.sin(a), 0.05, ORANGE)


def jujube(brush: Brush) -> None:
    for x, y, turn in ((-0.4, 0.25, 0.3), (0.42, 0.3, -0.4), (0.02, -0.35, 0.1)):
        part = brush.at(x, y, 0.5, turn)
        part.disc(0, 0, 0.62, colour("8e2a1f"), 0.95)
        part.curve(path("-.3 -.4, -.38 0, -.25 .4"), 0.08, colour("c96a50"))
        part.stroke([(0, -0.95), (0.05, -1.2)], 0.08, BROWN)


def nuts(brush: Brush) -> None:
    for x, y, turn, tone in (
        (-0.45, -0.3, 0.5, "b5763a"),
        (0.4, -0.42, -0.3, "c98d4d"),
        (0.05, 0.12, 1.2, "a86630"),
        (-0.4, 0.5, -0.7, "d6a362"),
        (0.5, 0.45, 0.2, "9a5a2b"),
    ):
        part = brush.at(x, y, 0.42, turn)
        part.blob(path("0 -1, .5 -.3, .5 .4, 0 .85, -.5 .4, -.5 -.3"), colour(tone))
        for dx in (-0.2, 0.05, 0.28):
            part.curve([(dx, -0.5), (dx * 1.3, 0), (dx, 0.5)], 0.06, darker(colour(tone), 0.3))


def ginseng(brush: Brush) -> None:
    root, shade = colour("e7c388"), colour("b98f55")
    brush.blob(path("-.2 -.5, .2 -.5, .3 -.1, .24 .25, 0 .35, -.24 .25, -.3 -.1"), root)
    for points in (path("-.1 .15, -.24 .55, -.42 1"), path(".1 .15, .2 .55, .4 1")):
        brush.curve(points, 0.22, root)
    for points in (path("-.2 -.2, -.5 .05, -.78 .12"), path(".2 -.2, .5 0, .8 .2"), path(".02 .25, .03 .6, -.02 .9")):
        brush.curve(points, 0.1, root)
    for y in (-0.3, -0.12, 0.06):
        brush.curve([(-0.16, y), (0, y + 0.04), (0.14, y)], 0.025, shade)
    for turn in (-0.8, 0, 0.8):
        _leaf(brush.at(math.sin(turn) * 0.3, -0.72, 0.28, turn), LEAF, DEEP_LEAF)
    brush.disc(0, -0.52, 0.08, RED)


def berry(brush: Brush) -> None:
    for row, count in enumerate((4, 3, 2, 1)):
        for place in range(count):
            x, y = (place - (count - 1) / 2) * 0.42, -0.3 + row * 0.36
            brush.disc(x, y, 0.24, colour("6b2f6e"))
            brush.disc(x - 0.07, y - 0.08, 0.06, colour("b98abb"))
    _leaf(brush.at(0.25, -0.75, 0.4, 1.0), LEAF, DEEP_LEAF)
    brush.curve(path("0 -.45, 0 -.7, -.1 -.95"), 0.07, BROWN)


def fish(brush: Brush) -> None:
    body, fin = colour("7fa3b5"), colour("4f7789")
    brush.polygon(path(".55 0, 1 -.42, .9 0, 1 .42"), fin)
    brush.blob(path("-.95 .02, -.5 -.38, .1 -.36, .68 0, .1 .36, -.5 .38"), body)
    brush.blob(path("-.85 .08, -.4 .34, .1 .3, .55 .05, 0 .14"), lighter(body, 0.55))
    brush.disc(-0.6, -0.08, 0.08, WHITE)
    brush.disc(-0.61, -0.08, 0.04, DARK)
    for x in (-0.2, 0.05, 0.28):
        brush.curve([(x, -0.2), (x + 0.08, 0), (x, 0.2)], 0.03, fin)


def shrimp(brush: Brush) -> None:
    brush.curve(path("-.65 -.3, -.1 -.6, .5 -.35, .6 .25, .2 .65, -.2 .6"), 0.36, colour("f28a5f"))
    for points in (
        [(-0.1, -0.78), (-0.08, -0.42)],
        [(0.42, -0.62), (0.25, -0.28)],
        [(0.8, -0.05), (0.45, 0.02)],
        [(0.62, 0.52), (0.38, 0.3)],
    ):
        brush.stroke(points, 0.05, colour("fbd3bd"))
    brush.polygon(path("-.18 .6, -.6 .45, -.5 .68, -.62 .88"), colour("d9603a"))
    brush.disc(-0.62, -0.36, 0.06, DARK)
    brush.curve(path("-.75 -.38, -.95 -.6, -.7 -.95"), 0.035, colour("d9603a"))


def anchovy(brush: Brush) -> None:
    for x, y, turn in ((-0.15, -0.5, 0.2), (0.15, 0.0, -0.15), (-0.1, 0.5, 0.1)):
        fish(brush.at(x, y, 0.62, turn))


def persimmon(brush: Brush) -> None:
    brush.disc(0, 0.14, 0.86, colour("e9722c"), 0.76)
    brush.curve(path("-.5 -.1, -.58 .2, -.42 .5"), 0.1, lighter(ORANGE, 0.5))
    for turn in (0.4, 1.97, 3.54, 5.11):
        brush.at(0, -0.48, 0.42, turn).blob(path("0 0, .4 -.5, 0 -.95, -.4 -.5"), DEEP_LEAF)
    brush.stroke([(0, -0.5), (0.05, -0.85)], 0.1, BROWN)


def peppers(brush: Brush) -> None:
    _leaf(brush.at(-0.35, 0.05, 0.78, -0.4), LEAF, DEEP_LEAF)
    _leaf(brush.at(0.3, 0.1, 0.78, 0.35), DEEP_LEAF, LEAF)
    brush.disc(0, 0.55, 0.26, CREAM)
    brush.curve(path("-.12 .45, 0 .6, .12 .45"), 0.04, colour("d9c48f"))
