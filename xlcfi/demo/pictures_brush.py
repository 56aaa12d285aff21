"""Drawing in coordinates of one's own: a centre, a size, a turn. All is polygons and lines, no fonts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from PIL import ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]


@cache
def path(text: str) -> tuple[Point, ...]:
    """Points from `0 -1, .5 .2`."""
    return tuple((float(x), float(y)) for x, y in (point.split() for point in text.split(",")))


def colour(text: str) -> Colour:
    """From `e8b04b`."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of `second` in `first`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def darker(tone: Colour, share: float = 0.2) -> Colour:
    return mixed(tone, (30, 18, 12), share)


def lighter(tone: Colour, share: float = 0.3) -> Colour:
    return mixed(tone, (255, 255, 255), share)


class Brush:
    """Draws around (x, y) where 1 is `size` pixels, turned by `turn` radians; y grows downwards."""

    def __init__(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, turn: float = 0.0) -> None:
        self._draw = draw
        self._x, self._y, self._size = x, y, size
        self._turn = turn
        self._cos, self._sin = math.cos(turn), math.sin(turn)

    def at(self, x: float, y: float, size: float = 1.0, turn: float = 0.0) -> Brush:
        """A brush inside this one."""
        px, py = self._pixel((x, y))
        return Brush(self._draw, px, py, self._size * size, self._turn + turn)

    def _pixel(self, point: Point) -> Point:
        x, y = point[0] * self._size, point[1] * self._size
        return self._x + x * self._cos - y * self._sin, self._y + x * self._sin + y * self._cos

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        self._draw.polygon([self._pixel(point) for point in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed smooth curve through `points` (Catmull-Rom)."""
        self.polygon(smooth(points, closed=True), fill)

    def disc(self, x: float, y: float, across: float, fill: Colour, down: float | None = None) -> None:
        """An ellipse with the half axes `across` and `down`."""
        down = across if down is None else down
        steps = 48
        angles = [2 * math.pi * step / steps for step in range(steps)]
        self.polygon([(x + across * math.cos(a), y + down * math.sin(a)) for a in angles], fill)

    def panel(self, left: float, top: float, right: float, bottom: float, fill: Colour, round_: float = 0.0) -> None:
        """A rectangle with corners rounded by `round_`."""
        if not round_:
            self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], fill)
            return
        points: list[Point] = []
        inner_left, inner_right, inner_top, inner_bottom = left + round_, right - round_, top + round_, bottom - round_
        for x, y, start in (
            (inner_right, inner_top, -90),
            (inner_right, inner_bottom, 0),
            (inner_left, inner_bottom, 90),
            (inner_left, inner_top, 180),
        ):
            for step in range(9):
                angle = math.radians(start + step * 90 / 8)
                points.append((x + round_ * math.cos(angle), y + round_ * math.sin(angle)))
        self.polygon(points, fill)

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A line with round ends."""
        pixels = [self._pixel(point) for point in points]
        thick = max(1, round(width * self._size))
        self._draw.line(pixels, fill=fill, width=thick, joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            half = thick / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def curve(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """An open smooth line through `points`."""
        self.stroke(smooth(points, closed=False), width, fill)


def smooth(points: Sequence[Point], *, closed: bool, steps: int = 10) -> list[Point]:
    """Points of a Catmull-Rom curve through `points`."""
    count = len(points)
    found: list[Point] = []
    for index in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            a, b = points[max(index - 1, 0)], points[index]
            c, d = points[index + 1], points[min(index + 2, count - 1)]
        for step in range(steps):
            t = step / steps
            found.append((_between(a[0], b[0], c[0], d[0], t), _between(a[1], b[1], c[1], d[1], t)))
    if not closed:
        found.append(points[-1])
    return found


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
