"""Small drawings of what is cooked and made: each fits a circle of radius 1 around its brush."""

from __future__ import annotations

import math

from xlcfi.demo.pictures_brush import Brush, colour, darker, lighter, path
from xlcfi.demo.pictures_colours import (
    BROWN,
    CREAM,
    DARK,
    DEEP_RED,
    GOLD,
    INK,
    LEAF,
    ORANGE,
    RED,
    RICE,
    SEA,
    WHEAT,
    WHITE,
    YELLOW,
)
from xlcfi.demo.pictures_motifs_raw import cabbage


def kimchi(brush: Brush) -> None:
    cabbage(brush)
    for x, y, turn in (
        (-0.35, 0.1, 0.5),
        (0.3, -0.1, -0.6),
        (0.05, 0.4, 0.2),
        (-0.1, -0.4, 1.2),
        (0.42, 0.35, 0.9),
        (-0.5, -0.3, 0.1),
    ):
        brush.at(x, y, 0.3, turn).blob(path("-.8 0, 0 -.35, .8 0, 0 .35"), RED)


def cubes(brush: Brush) -> None:
    for x, y, turn in (
        (-0.45, 0.35, 0.1),
        (0.42, 0.38, -0.15),
        (0, -0.02, 0.3),
        (-0.38, -0.5, -0.2),
        (0.42, -0.5, 0.15),
    ):
        part = brush.at(x, y, 0.36, turn)
        part.polygon(path("-.8 -.5, 0 -.9, .8 -.5, 0 -.1"), colour("f3a08a"))
        part.polygon(path("-.8 -.5, 0 -.1, 0 .85, -.8 .4"), colour("e3614a"))
        part.polygon(path(".8 -.5, 0 -.1, 0 .85, .8 .4"), colour("c9402f"))


def paste(brush: Brush) -> None:
    brush.blob(path("-.95 .55, -.6 .1, -.45 -.3, 0 -.9, .15 -.55, .5 -.2, .62 .12, .95 .55, .4 .8, -.4 .8"), DEEP_RED)
    for y, half in ((-0.35, 0.3), (0.02, 0.52), (0.4, 0.72)):
        brush.curve([(-half, y), (0, y + 0.16), (half, y - 0.05)], 0.08, RED)


def drop(brush: Brush) -> None:
    brush.blob(path("0 -1, .3 -.45, .62 .15, .58 .62, 0 .95, -.58 .62, -.62 .15, -.3 -.45"), GOLD)
    brush.curve(path("-.36 .2, -.32 .5, -.08 .7"), 0.1, lighter(GOLD, 0.65))


def soy(brush: Brush) -> None:
    brush.blob(path("0 -1, .3 -.45, .62 .15, .58 .62, 0 .95, -.58 .62, -.62 .15, -.3 -.45"), colour("4a2617"))
    brush.curve(path("-.36 .2, -.32 .5, -.08 .7"), 0.1, colour("a86b41"))


def noodles(brush: Brush) -> None:
    for y in (-0.62, -0.45, -0.28):
        brush.curve([(-0.7, y), (-0.35, y - 0.16), (0, y), (0.35, y + 0.14), (0.7, y - 0.02)], 0.1, WHEAT)
        brush.curve([(-0.62, y + 0.08), (-0.25, y + 0.2), (0.12, y + 0.04), (0.6, y + 0.14)], 0.1, lighter(WHEAT, 0.35))
    brush.disc(0, -0.1, 0.86, colour("c9502e"), 0.24)
    for x in (-0.5, -0.2, 0.12, 0.42):
        brush.curve([(x, -0.16), (x + 0.12, -0.05), (x + 0.3, -0.14)], 0.09, YELLOW)
    brush.disc(0.36, -0.16, 0.22, WHITE, 0.13)
    brush.disc(0.36, -0.17, 0.11, ORANGE, 0.07)
    brush.blob(path("-.92 -.05, 0 .16, .92 -.05, .62 .68, .3 .88, -.3 .88, -.62 .68"), colour("2f4858"))
    brush.curve(path("-.78 .22, 0 .42, .78 .22"), 0.06, CREAM)
    brush.stroke([(-0.05, -0.35), (0.75, -1.0)], 0.06, BROWN)
    brush.stroke([(0.1, -0.35), (0.95, -0.9)], 0.06, BROWN)


def bundle(brush: Brush) -> None:
    for step in range(-4, 5):
        brush.curve(
            [(step * 0.2, -0.95), (step * 0.075, 0), (step * 0.2, 0.95)], 0.1, lighter(WHEAT, 0.3 + 0.3 * (step % 2))
        )
    brush.panel(-0.42, -0.14, 0.42, 0.14, RED, 0.06)


def seaweed(brush: Brush) -> None:
    for x, y, turn, tone in ((0.14, 0.12, 0.22, INK), (0, 0, 0.02, SEA), (-0.12, -0.1, -0.16, lighter(SEA, 0.1))):
        part = brush.at(x, y, 1, turn)
        part.panel(-0.72, -0.72, 0.72, 0.72, tone, 0.04)
        for line in (-0.45, -0.15, 0.15, 0.45):
            part.stroke([(-0.6, line), (0.6, line + 0.05)], 0.02, lighter(tone, 0.2))
    brush.disc(-0.35, -0.4, 0.04, CREAM)
    brush.disc(0.2, 0.12, 0.035, CREAM)
    brush.disc(-0.05, -0.2, 0.03, CREAM)


def gimbap(brush: Brush) -> None:
    for x, y, size in ((-0.4, 0.3, 0.58), (0.42, 0.34, 0.58), (0, -0.42, 0.6)):
        part = brush.at(x, y, size)
        part.disc(0, 0, 1, INK)
        part.disc(0, 0, 0.86, RICE)
        for dx, dy, tone in (
            (-0.3, -0.15, LEAF),
            (0.25, -0.25, YELLOW),
            (0.05, 0.3, ORANGE),
            (-0.3, 0.28, BROWN),
            (0.38, 0.18, RED),
        ):
            part.disc(dx, dy, 0.2, tone)


def cup(brush: Brush) -> None:
    brush.blob(path("-.75 -.35, .75 -.35, .6 .45, .3 .8, -.3 .8, -.6 .45"), colour("efe6d2"))
    brush.disc(0, -0.35, 0.75, colour("d9ccb0"), 0.2)
    brush.disc(0, -0.33, 0.64, colour("c98b4b"), 0.15)
    for x, y in ((-0.25, -0.36), (0.1, -0.3), (0.32, -0.38), (-0.05, -0.4)):
        brush.disc(x, y, 0.07, RICE, 0.045)


def cookie(brush: Brush) -> None:
    for x, y, turn in ((-0.38, 0.3, 0.2), (0.42, 0.34, 0.5), (0.02, -0.38, 0)):
        part = brush.at(x, y, 0.56, turn)
        for step in range(8):
            a = step * math.pi / 4
            part.disc(0.72 * math.cos(a), 0.72 * math.sin(a), 0.3, colour("a8612c"))
        part.disc(0, 0, 0.82, colour("bf7836"))
        for step in range(8):
            a = step * math.pi / 4
            part.stroke(
                [(0.25 * math.cos(a), 0.25 * math.sin(a)), (0.68 * math.cos(a), 0.68 * math.sin(a))],
                0.08,
                colour("8a4a20"),
            )
        part.disc(0, 0, 0.16, colour("e6b66a"))


def chips(brush: Brush) -> None:
    for x, y, turn in ((-0.42, 0.3, 0.4), (0.42, 0.25, -0.5), (-0.1, -0.4, -0.2), (0.15, 0.55, 0.1), (0.5, -0.45, 0.9)):
        part = brush.at(x, y, 0.5, turn)
        part.blob(path("-.9 .1, -.4 -.6, .4 -.62, .92 0, .4 .55, -.4 .6"), colour("f0c455"))
        part.curve(path("-.5 0, 0 -.25, .5 .05"), 0.08, colour("d99a2f"))


def puffed(brush: Brush) -> None:
    for x, y in ((-0.4, 0.35), (0.42, 0.32), (0, -0.35)):
        part = brush.at(x, y, 0.56)
        part.disc(0, 0, 0.95, colour("e8d3a4"))
        part.disc(0, 0, 0.82, colour("f7ebc9"))
        for dx, dy in ((-0.3, -0.3), (0.3, -0.2), (0, 0.3), (-0.45, 0.25), (0.45, 0.3), (0.02, -0.02), (0, -0.6)):
            part.disc(dx, dy, 0.15, colour("fffaf0"))


def candy(brush: Brush) -> None:
    for x, y, tone in ((-0.3, 0.35, "5a2a22"), (0.2, -0.3, "7a3b2a")):
        part = brush.at(x, y, 0.8, -0.2)
        part.polygon(path("-.7 -.1, .5 -.1, .75 -.35, -.45 -.35"), lighter(colour(tone), 0.25))
        part.polygon(path("-.7 -.1, .5 -.1, .5 .3, -.7 .3"), colour(tone))
        part.polygon(path(".5 -.1, .75 -.35, .75 .05, .5 .3"), darker(colour(tone)))


def capsule(brush: Brush) -> None:
    for x, y, turn, tone in ((-0.25, -0.2, 0.7, ORANGE), (0.3, 0.3, -0.5, colour("4aa3a0"))):
        part = brush.at(x, y, 0.72, turn)
        part.panel(-0.36, -0.95, 0.36, 0.95, CREAM, 0.36)
        part.panel(-0.36, -0.95, 0.36, 0.36, tone, 0.36)
        part.panel(-0.36, -0.1, 0.36, 0.1, CREAM)
        part.panel(-0.36, -0.3, 0.36, 0.0, tone)
        part.curve(path("-.18 -.7, -.2 -.4, -.18 -.15"), 0.08, lighter(tone, 0.6))


def rice(brush: Brush) -> None:
    brush.disc(0, -0.12, 0.82, RICE, 0.5)
    for x, y in ((-0.4, -0.35), (-0.1, -0.5), (0.25, -0.42), (0.5, -0.2), (-0.6, -0.12), (0.02, -0.22)):
        brush.at(x, y, 0.12, x).blob(path("-1 0, 0 -.45, 1 0, 0 .45"), colour("efe8d2"))
    brush.blob(path("-.95 0, 0 .14, .95 0, .66 .65, .3 .88, -.3 .88, -.66 .65"), colour("3f6b8a"))
    brush.curve(path("-.72 .35, 0 .5, .72 .35"), 0.05, CREAM)


def rice_cakes(brush: Brush) -> None:
    for x, y in ((-0.5, 0.45), (0.0, 0.5), (0.5, 0.45), (-0.25, 0.02), (0.27, 0.02), (0, -0.42)):
        brush.at(x, y, 0.5, -0.5).panel(-0.28, -0.8, 0.28, 0.8, colour("e9dcc0"), 0.26)
        brush.at(x - 0.02, y - 0.02, 0.5, -0.5).panel(-0.24, -0.78, 0.22, 0.76, RICE, 0.22)


def tteok(brush: Brush) -> None:
    for x, y, tone in ((-0.42, 0.32, "a9c48a"), (0.42, 0.32, "f3c9cf"), (0, -0.3, "fff7e6")):
        part = brush.at(x, y, 0.58)
        part.disc(0, 0.08, 0.92, darker(colour(tone), 0.18), 0.66)
        part.disc(0, 0, 0.9, colour(tone), 0.62)
        for a in range(0, 360, 72):
            part.disc(
                0.35 * math.cos(math.radians(a)),
                0.22 * math.sin(math.radians(a)),
                0.1,
                darker(colour(tone), 0.12),
                0.07,
            )


def dumpling(brush: Brush) -> None:
    for x, y, size in ((-0.35, 0.38, 0.62), (0.4, 0.3, 0.62), (0, -0.35, 0.66)):
        part = brush.at(x, y, size)
        part.blob(path("-1 .35, -.7 -.3, 0 -.62, .7 -.3, 1 .35, .5 .55, -.5 .55"), colour("f3e2bf"))
        part.blob(path("-.78 .3, -.5 -.1, 0 -.26, .5 -.1, .78 .3, .4 .46, -.4 .46"), colour("fff5dd"))
        for a in (-0.6, -0.3, 0, 0.3, 0.6):
            part.curve(
                [(a, -0.45 + abs(a) * 0.45), (a * 0.86, -0.3 + abs(a) * 0.45), (a * 0.74, -0.1 + abs(a) * 0.3)],
                0.06,
                colour("cfae77"),
            )


def meat(brush: Brush) -> None:
    for x, y, turn in ((-0.28, 0.3, 0.15), (0.25, -0.28, -0.1)):
        part = brush.at(x, y, 0.75, turn)
        part.blob(path("-.9 0, -.5 -.5, .4 -.52, .9 0, .5 .48, -.5 .5"), colour("7c3a22"))
        part.blob(path("-.76 -.04, -.42 -.4, .36 -.42, .76 -.02, .4 .34, -.42 .36"), colour("a85a34"))
        for dx in (-0.4, -0.05, 0.3):
            part.stroke([(dx - 0.12, 0.24), (dx + 0.16, -0.28)], 0.08, colour("5b2716"))
        for dx, dy in ((-0.5, -0.05), (0.1, 0.12), (0.5, -0.1), (0.2, -0.25)):
            part.disc(dx, dy, 0.05, CREAM, 0.035)


def corn_dog(brush: Brush) -> None:
    for x, turn in ((-0.32, -0.25), (0.32, 0.25)):
        part = brush.at(x, 0, 1, turn)
        part.stroke([(0, 0.4), (0, 1.0)], 0.09, colour("d9b27a"))
        part.panel(-0.27, -0.92, 0.27, 0.5, colour("c7792f"), 0.26)
        part.curve(path("-.15 -.65, .14 -.45, -.14 -.2, .14 .05, -.08 .28"), 0.08, RED)


def pancake(brush: Brush) -> None:
    brush.disc(0, 0.04, 0.95, colour("b9782f"))
    brush.disc(0, 0, 0.9, colour("e9b95a"))
    for x, y, turn in ((-0.4, -0.3, 0.4), (0.3, -0.4, -0.5), (0.05, 0.1, 0.1), (-0.35, 0.4, -0.3), (0.45, 0.3, 0.8)):
        brush.at(x, y, 0.34, turn).stroke([(-0.7, 0), (0.7, 0)], 0.26, LEAF)
    for x, y in ((-0.05, -0.55), (0.55, -0.05), (-0.6, 0.05), (0.1, 0.55)):
        brush.disc(x, y, 0.12, RED, 0.09)


def tteokbokki(brush: Brush) -> None:
    brush.disc(0, 0.1, 0.95, DARK, 0.8)
    brush.disc(0, 0.04, 0.86, colour("d5402a"), 0.7)
    for x, y, turn in ((-0.4, -0.1, 0.4), (0.3, -0.25, -0.5), (0.0, 0.15, 0.9), (-0.3, 0.4, -0.3), (0.45, 0.3, 0.6)):
        brush.at(x, y, 0.34, turn).panel(-0.8, -0.26, 0.8, 0.26, colour("f3bfa2"), 0.24)
    brush.polygon(path("-.1 -.5, .15 -.55, .1 -.3"), WHEAT)
    brush.polygon(path(".1 .45, .35 .5, .2 .65"), WHEAT)


def salt(brush: Brush) -> None:
    brush.blob(path("-.95 .7, -.5 .1, -.15 -.4, .1 -.55, .45 -.05, .95 .7"), WHITE)
    for x, y, size in (
        (-0.4, 0.35, 0.1),
        (0.0, 0.0, 0.12),
        (0.3, 0.35, 0.11),
        (-0.1, 0.5, 0.09),
        (0.6, 0.55, 0.08),
        (-0.65, 0.58, 0.08),
        (0.1, -0.3, 0.08),
    ):
        part = brush.at(x, y, size, x * 3)
        part.polygon(path("-1 -1, 1 -1, 1 1, -1 1"), colour("c9d8e2"))
        part.polygon(path("-1 -1, 1 -1, .3 .3, -1 1"), colour("e6eff4"))


def ribbon(brush: Brush) -> None:
    for side in (-1, 1):
        brush.blob([(0, 0), (side * 0.45, -0.62), (side * 0.95, -0.5), (side * 0.92, 0.12), (side * 0.4, 0.22)], RED)
        brush.blob(
            [(side * 0.1, 0), (side * 0.45, -0.36), (side * 0.74, -0.3), (side * 0.7, 0.02), (side * 0.4, 0.08)],
            DEEP_RED,
        )
        brush.polygon([(0, 0), (side * 0.25, 0.05), (side * 0.6, 0.9), (side * 0.36, 0.78), (side * 0.16, 0.95)], RED)
    brush.disc(0, 0, 0.2, DEEP_RED)
