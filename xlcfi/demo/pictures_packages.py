"""Silhouettes of packages: each fits from (-1, -1) to (1, 1) and says where its label goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlcfi.demo.pictures_brush import Brush, Colour, colour, darker, lighter, path, smooth

CREAM = colour("fbf3dc")


@dataclass(frozen=True)
class Inks:
    """The colours of one package."""

    body: Colour
    accent: Colour
    paper: Colour


@dataclass(frozen=True)
class Label:
    """Where the label's centre is and how far it reaches from there."""

    x: float
    y: float
    across: float
    down: float


Package = Callable[[Brush, Inks], Label]


def jar(brush: Brush, inks: Inks) -> Label:
    """A glass jar with its food to be seen above and below the label."""
    brush.panel(-0.62, -0.62, 0.62, 0.95, lighter(inks.body, 0.75), 0.16)
    brush.panel(-0.55, -0.48, 0.55, 0.88, inks.body, 0.13)
    brush.panel(-0.5, -0.86, 0.5, -0.58, lighter(inks.body, 0.75), 0.05)
    brush.panel(-0.6, -0.98, 0.6, -0.72, inks.accent, 0.06)
    for x in range(-5, 6):
        brush.stroke([(x * 0.1, -0.95), (x * 0.1, -0.76)], 0.014, darker(inks.accent, 0.15))
    brush.panel(-0.55, -0.36, -0.48, 0.76, lighter(inks.body, 0.45), 0.03)
    brush.panel(-0.62, -0.3, 0.62, 0.66, inks.paper)
    return Label(0, 0.18, 0.58, 0.44)


def onggi(brush: Brush, inks: Inks) -> Label:
    """A dark earthenware crock."""
    clay = colour("6b3f2a")
    brush.blob(path("-.5 -.66, .5 -.66, .86 -.25, .9 .2, .62 .9, .3 .97, -.3 .97, -.62 .9, -.9 .2, -.86 -.25"), clay)
    brush.blob(path("-.72 -.2, -.6 -.4, -.56 .1, -.6 .5, -.76 .2"), lighter(clay, 0.22))
    brush.disc(0, -0.68, 0.6, darker(clay, 0.3), 0.13)
    brush.blob(path("-.66 -.72, -.3 -.92, .3 -.92, .66 -.72, 0 -.6"), lighter(clay, 0.1))
    brush.disc(0, -0.92, 0.14, darker(clay, 0.2), 0.07)
    brush.curve(path("-.78 -.34, 0 -.18, .78 -.34"), 0.035, darker(clay, 0.35))
    brush.panel(-0.52, -0.1, 0.52, 0.74, inks.paper, 0.04)
    brush.panel(-0.52, -0.1, 0.52, -0.03, inks.accent)
    return Label(0, 0.34, 0.5, 0.38)


def pouch(brush: Brush, inks: Inks) -> Label:
    """A stand-up pouch with a sealed top."""
    brush.blob(path("-.68 -.9, 0 -.93, .68 -.9, .72 -.3, .7 .4, .78 .92, 0 1, -.78 .92, -.7 .4, -.72 -.3"), inks.body)
    brush.panel(-0.68, -0.96, 0.68, -0.8, darker(inks.body, 0.12))
    for x in range(-8, 9):
        brush.stroke([(x * 0.08, -0.94), (x * 0.08, -0.82)], 0.01, darker(inks.body, 0.25))
    hem = smooth(path("-.735 .66, -.3 .74, .3 .74, .735 .66"), closed=False)
    base = smooth(path(".78 .92, .4 .985, -.4 .985, -.78 .92"), closed=False)
    brush.polygon(hem + base, inks.accent)
    brush.curve(path("-.6 -.7, -.62 0, -.6 .6"), 0.035, lighter(inks.body, 0.35))
    brush.panel(-0.54, -0.66, 0.54, 0.58, inks.paper, 0.14)
    return Label(0, -0.04, 0.52, 0.58)


def pillow(brush: Brush, inks: Inks) -> Label:
    """A pillow bag, sealed above and below, as crisps and noodles come in."""
    brush.blob(
        path(
            "-.84 -.82, 0 -.86, .84 -.82, .92 -.4, .94 0, .92 .4, .84 .82, 0 .86, -.84 .82, -.92 .4, -.94 0, -.92 -.4"
        ),
        inks.body,
    )
    for y in (-0.9, 0.8):
        brush.panel(-0.85, y, 0.85, y + 0.1, darker(inks.body, 0.15))
        for x in range(-10, 11):
            brush.stroke([(x * 0.08, y + 0.01), (x * 0.08, y + 0.09)], 0.01, darker(inks.body, 0.3))
    swing = smooth(path("-.925 .3, -.3 .5, .3 .38, .92 .55"), closed=False)
    brush.polygon([*swing, (0.85, 0.82), (-0.85, 0.82)], inks.accent)
    brush.curve(path("-.8 -.6, -.84 -.1, -.8 .2"), 0.04, lighter(inks.body, 0.4))
    brush.disc(0, -0.08, 0.64, inks.paper, 0.58)
    return Label(0, -0.08, 0.52, 0.5)


def box(brush: Brush, inks: Inks) -> Label:
    """A carton seen from the side."""
    brush.polygon(path(".55 -.8, .9 -.92, .9 .74, .55 .92"), darker(inks.body, 0.28))
    brush.polygon(path("-.85 -.8, -.42 -.92, .9 -.92, .55 -.8"), lighter(inks.body, 0.3))
    brush.panel(-0.85, -0.8, 0.55, 0.92, inks.body)
    brush.panel(-0.85, 0.58, 0.55, 0.92, inks.accent)
    brush.polygon(path(".55 .58, .9 .46, .9 .74, .55 .92"), darker(inks.accent, 0.28))
    brush.panel(-0.72, -0.66, 0.42, 0.48, inks.paper, 0.06)
    return Label(-0.15, -0.09, 0.52, 0.54)


def flat_box(brush: Brush, inks: Inks) -> Label:
    """A low wide box with single sachets before it."""
    brush = brush.at(0, 0.34)
    brush.polygon(path("-.95 -.5, -.75 -.72, .95 -.72, .78 -.5"), lighter(inks.body, 0.3))
    brush.polygon(path(".78 -.5, .95 -.72, .95 .4, .78 .62"), darker(inks.body, 0.28))
    brush.panel(-0.95, -0.5, 0.78, 0.62, inks.body)
    brush.panel(-0.84, -0.4, 0.67, 0.52, inks.paper, 0.05)
    for x, turn in ((0.36, 0.1), (0.6, -0.08), (0.84, 0.14)):
        part = brush.at(x, 0.58, 0.4, turn)
        part.panel(-0.24, -0.9, 0.24, 0.95, inks.accent, 0.05)
        part.panel(-0.24, -0.9, 0.24, -0.72, darker(inks.accent, 0.2))
        part.panel(-0.15, -0.4, 0.15, 0.5, inks.paper, 0.04)
    return Label(-0.28, 0.4, 0.5, 0.42)


def bottle(brush: Brush, inks: Inks) -> Label:
    """A tall bottle."""
    brush.panel(-0.46, -0.3, 0.46, 1.0, inks.body, 0.1)
    brush.blob(path("-.46 -.1, -.44 -.36, -.18 -.6, -.17 -.8, .17 -.8, .18 -.6, .44 -.36, .46 -.1"), inks.body)
    brush.panel(-0.17, -0.86, 0.17, -0.6, inks.body)
    brush.panel(-0.2, -1.0, 0.2, -0.8, inks.accent, 0.04)
    brush.curve(path("-.36 -.2, -.2 -.5, -.12 -.66"), 0.045, lighter(inks.body, 0.45))
    brush.panel(-0.46, -0.08, 0.46, 0.82, inks.paper)
    brush.panel(-0.46, -0.08, 0.46, -0.02, inks.accent)
    brush.panel(-0.46, 0.76, 0.46, 0.82, inks.accent)
    return Label(0, 0.37, 0.42, 0.38)


def jug(brush: Brush, inks: Inks) -> Label:
    """A wide bottle with a handle, for oil and soy sauce by the litre."""
    brush.blob(
        path("-.3 -.72, .3 -.72, .62 -.35, .66 .1, .64 .9, .4 .98, -.4 .98, -.64 .9, -.66 .1, -.62 -.35"), inks.body
    )
    brush.curve(path(".3 -.6, .72 -.62, .82 -.25, .62 .05"), 0.1, darker(inks.body, 0.2))
    brush.panel(-0.22, -0.98, 0.22, -0.66, inks.accent, 0.05)
    brush.curve(path("-.5 -.2, -.54 .1, -.52 .6"), 0.05, lighter(inks.body, 0.4))
    brush.panel(-0.48, -0.18, 0.48, 0.78, inks.paper, 0.08)
    return Label(0, 0.3, 0.46, 0.44)


def tub(brush: Brush, inks: Inks) -> Label:
    """A plastic tub with a wide lid."""
    brush.polygon(path("-.84 -.4, .84 -.4, .68 .86, -.68 .86"), inks.body)
    brush.disc(0, 0.86, 0.68, inks.body, 0.1)
    brush.disc(0, -0.4, 0.9, darker(inks.accent, 0.2), 0.2)
    brush.panel(-0.9, -0.52, 0.9, -0.4, darker(inks.accent, 0.2))
    brush.disc(0, -0.52, 0.9, inks.accent, 0.2)
    brush.disc(0, -0.54, 0.74, lighter(inks.accent, 0.2), 0.14)
    brush.polygon(path("-.72 -.1, .72 -.1, .64 .76, -.64 .76"), inks.paper)
    return Label(0, 0.34, 0.56, 0.38)


def cup_noodle(brush: Brush, inks: Inks) -> Label:
    """A paper cup with a lid that begins to open."""
    brush.polygon(path("-.78 -.62, .78 -.62, .56 .94, -.56 .94"), inks.body)
    brush.disc(0, 0.94, 0.56, darker(inks.body, 0.1), 0.07)
    brush.disc(0, -0.64, 0.84, lighter(inks.body, 0.6), 0.17)
    brush.disc(0, -0.68, 0.8, inks.accent, 0.15)
    brush.polygon(path(".3 -.82, .74 -.98, .9 -.8, .72 -.64"), lighter(inks.accent, 0.35))
    brush.polygon(path("-.655 .25, .655 .25, .56 .94, -.56 .94"), inks.accent)
    brush.disc(0, 0.12, 0.52, inks.paper, 0.5)
    return Label(0, 0.12, 0.44, 0.42)


def canister(brush: Brush, inks: Inks) -> Label:
    """A round tin."""
    brush.disc(0, 0.86, 0.6, darker(inks.body, 0.2), 0.12)
    brush.panel(-0.6, -0.6, 0.6, 0.86, inks.body)
    brush.panel(-0.6, -0.6, -0.46, 0.88, lighter(inks.body, 0.22))
    brush.panel(0.46, -0.6, 0.6, 0.88, darker(inks.body, 0.15))
    brush.panel(-0.64, -0.88, 0.64, -0.56, inks.accent)
    brush.disc(0, -0.56, 0.64, inks.accent, 0.11)
    brush.disc(0, -0.88, 0.64, lighter(inks.accent, 0.25), 0.11)
    brush.disc(0, 0.16, 0.46, inks.paper, 0.5)
    return Label(0, 0.16, 0.38, 0.42)


def sack(brush: Brush, inks: Inks) -> Label:
    """A sack tied at the top."""
    brush.blob(path("-.4 -.62, 0 -.56, .4 -.62, .72 -.2, .82 .5, .7 .95, 0 1, -.7 .95, -.82 .5, -.72 -.2"), inks.body)
    brush.blob(path("-.5 -.98, -.2 -.9, .1 -1, .5 -.96, .26 -.7, .3 -.58, -.3 -.58, -.26 -.7"), lighter(inks.body, 0.2))
    brush.stroke([(-0.3, -0.64), (0.3, -0.64)], 0.09, inks.accent)
    for x in (-0.6, 0.62):
        brush.curve([(x * 0.6, -0.4), (x, 0.1), (x * 1.1, 0.6)], 0.03, darker(inks.body, 0.12))
    brush.panel(-0.54, -0.28, 0.54, 0.78, inks.paper, 0.06)
    brush.panel(-0.54, 0.68, 0.54, 0.78, inks.accent)
    return Label(0, 0.2, 0.5, 0.46)


def tray(brush: Brush, inks: Inks) -> Label:
    """A sleeve around a tray, with a window."""
    brush.panel(-0.95, -0.68, 0.95, 0.78, lighter(inks.body, 0.6), 0.12)
    brush.panel(-0.86, -0.76, 0.86, 0.86, inks.body, 0.05)
    brush.panel(-0.86, 0.54, 0.86, 0.86, inks.accent, 0.05)
    brush.disc(0, -0.1, 0.7, inks.paper, 0.58)
    return Label(0, -0.1, 0.54, 0.5)


def wrapped_gift(brush: Brush, inks: Inks) -> Label:
    """A box in a bojagi, tied on top."""
    brush.panel(-0.9, -0.36, 0.9, 0.86, inks.body, 0.08)
    brush.polygon(path("-.9 -.3, 0 .16, .9 -.3, .84 -.38, -.84 -.38"), lighter(inks.body, 0.25))
    brush.polygon(path("-.9 -.3, 0 .16, 0 .24, -.9 -.2"), darker(inks.body, 0.15))
    brush.polygon(path(".9 -.3, 0 .16, 0 .24, .9 -.2"), darker(inks.body, 0.15))
    for side in (-1, 1):
        brush.blob(
            [(0, -0.34), (side * 0.3, -0.86), (side * 0.78, -0.94), (side * 0.7, -0.5), (side * 0.3, -0.3)], inks.accent
        )
        brush.blob(
            [(side * 0.1, -0.36), (side * 0.34, -0.7), (side * 0.6, -0.76), (side * 0.5, -0.52)],
            darker(inks.accent, 0.25),
        )
    brush.disc(0, -0.34, 0.16, lighter(inks.accent, 0.2), 0.14)
    brush.panel(-0.5, 0.06, 0.5, 0.74, inks.paper, 0.04)
    return Label(0, 0.4, 0.48, 0.32)


def gift_box(brush: Brush, inks: Inks) -> Label:
    """A gift box with a paper band."""
    brush.polygon(path("-.95 -.55, -.75 -.8, .75 -.8, .95 -.55"), lighter(inks.body, 0.28))
    brush.panel(-0.95, -0.55, 0.95, 0.85, inks.body, 0.03)
    brush.panel(-0.95, -0.55, 0.95, -0.44, darker(inks.body, 0.2))
    brush.polygon(path("-.36 -.8, .36 -.8, .46 -.55, -.46 -.55"), lighter(inks.accent, 0.2))
    brush.panel(-0.46, -0.55, 0.46, 0.85, inks.accent)
    brush.panel(-0.62, -0.34, 0.62, 0.66, inks.paper, 0.05)
    return Label(0, 0.16, 0.56, 0.46)
