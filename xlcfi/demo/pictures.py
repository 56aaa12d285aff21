"""Product images: a package as the category has them, what is inside, and a label, all drawn without fonts."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from xlcfi.demo import pictures_motifs_made as made
from xlcfi.demo import pictures_motifs_raw as raw
from xlcfi.demo import pictures_packages as packages
from xlcfi.demo.catalogue import LEAVES, Catalogue
from xlcfi.demo.pictures_brush import Brush, Colour, colour, darker, lighter, mixed
from xlcfi.demo.pictures_letters import word_draw
from xlcfi.demo.pictures_look import GROUP_LOOKS, LEAF_LOOKS
from xlcfi.demo.pictures_packages import Inks

SIDE = 480
_OVERSAMPLED = SIDE * 2
Motif = Callable[[Brush], None]
_NOUNS = {leaf.key: (leaf.noun or leaf.name).split("·")[0].replace(" ", "") for _, leaf in LEAVES}


def pictures_make(*, catalogue: Catalogue, out_dir: Path, rng: np.random.Generator, limit: int) -> list[str]:
    """Write a JPEG for each of the first `limit` products (all, if there are fewer) under `out_dir`.

    Returns names relative to `out_dir`, `images/p/000001.jpg` for the product with id 1 and so on; the same bytes for
    the same state of `rng` and version of pillow. Raises ValueError if `limit` is negative.
    """
    if limit < 0:
        raise ValueError(f"no {limit} pictures can be made")
    count = min(limit, len(catalogue.name))
    (out_dir / "images" / "p").mkdir(parents=True, exist_ok=True)
    names = []
    for index, seed in enumerate(rng.integers(0, 2**62, size=count).tolist()):
        image = picture_draw(leaf_key=catalogue.leaf_key[index], name=catalogue.name[index], seed=seed)
        names.append(f"images/p/{index + 1:06d}.jpg")
        image.save(out_dir / names[-1], "JPEG", quality=84)
    return names


def picture_draw(*, leaf_key: str, name: str, seed: int) -> Image.Image:
    """One product's picture, SIDE x SIDE pixels; the first word of its `name` is the maker's.

    Raises KeyError for an unknown leaf category.
    """
    chance = Random(seed)
    group_look = GROUP_LOOKS[leaf_key.partition(".")[0]]
    package_names, motif_names = LEAF_LOOKS[leaf_key]
    scene, body, accent = (colour(text) for text in chance.choice(group_look))
    scene, body, accent = _jittered(scene, chance), _jittered(body, chance), _jittered(accent, chance)
    paper = chance.choice((colour("fdf7e6"), colour("ffffff"), colour("f6ead2"), lighter(accent, 0.82)))
    package: packages.Package = getattr(packages, chance.choice(package_names))
    motif: Motif = _motif(chance.choice(motif_names))

    image = Image.new("RGB", (_OVERSAMPLED, _OVERSAMPLED), scene)
    draw = ImageDraw.Draw(image)
    whole = Brush(draw, _OVERSAMPLED / 2, _OVERSAMPLED / 2, _OVERSAMPLED / 2)
    _backdrop(draw, whole, scene, chance)
    x, size, turn = chance.uniform(-0.07, 0.07), chance.uniform(0.63, 0.70), chance.uniform(-0.05, 0.05)
    floor = 0.02 + size
    whole.disc(x + 0.05, floor, size * 0.95, darker(scene, 0.22), 0.085)
    whole.disc(x + 0.03, floor, size * 0.8, darker(scene, 0.34), 0.05)
    _ingredients(whole, motif, floor, x, chance)
    brush = whole.at(x, 0.03, size, turn)
    label = package(brush, Inks(body=body, accent=accent, paper=paper))
    _label(brush.at(label.x, label.y), label, motif, name.split(" ")[0], _NOUNS[leaf_key], accent, paper, chance)
    if chance.random() < 0.4:
        _seal(whole.at(x + size * 0.82, -size * 0.8, 0.15, 0.2), accent, chance)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _motif(name: str) -> Motif:
    motif: Motif = getattr(raw, name, None) or getattr(made, name)
    return motif


def _jittered(tone: Colour, chance: Random) -> Colour:
    red, green, blue = (min(255, max(0, part + chance.randint(-12, 12))) for part in tone)
    return red, green, blue


def _backdrop(draw: ImageDraw.ImageDraw, whole: Brush, scene: Colour, chance: Random) -> None:
    """A wall with a quiet pattern and a table."""
    light, low = lighter(scene, 0.45), darker(scene, 0.10)
    horizon = chance.uniform(0.40, 0.52)
    for row in range(0, _OVERSAMPLED, 4):
        draw.rectangle((0, row, _OVERSAMPLED, row + 4), fill=mixed(light, scene, row / _OVERSAMPLED))
    tint = mixed(light, scene, 0.75)
    chance.choice(_PATTERNS)(whole, tint, chance)
    whole.polygon([(-1, horizon), (1, horizon), (1, 1), (-1, 1)], low)
    whole.polygon([(-1, horizon), (1, horizon), (1, horizon + 0.025), (-1, horizon + 0.025)], mixed(low, light, 0.35))


def _plain(whole: Brush, tint: Colour, chance: Random) -> None:
    whole.disc(chance.uniform(-0.3, 0.3), chance.uniform(-0.4, -0.1), chance.uniform(0.6, 0.8), tint)


def _dots(whole: Brush, tint: Colour, chance: Random) -> None:
    step = chance.uniform(0.16, 0.26)
    for row in range(-6, 5):
        for column in range(-7, 8):
            whole.disc((column + row % 2 / 2) * step, row * step * 0.9, step * 0.16, tint)


def _stripes(whole: Brush, tint: Colour, chance: Random) -> None:
    turned = whole.at(0, 0, 1, chance.choice((0.0, 0.6, -0.6)))
    for column in range(-8, 9, 2):
        turned.panel(column * 0.19, -1.6, column * 0.19 + 0.12, 1.6, tint)


def _waves(whole: Brush, tint: Colour, chance: Random) -> None:
    step = chance.uniform(0.2, 0.3)
    for row in range(-5, 4):
        points = [(x * 0.125, row * step + 0.05 * math.sin(x * 1.3 + row)) for x in range(-9, 10)]
        whole.curve(points, 0.02, tint)


def _lattice(whole: Brush, tint: Colour, chance: Random) -> None:
    """The lattice of a paper door."""
    step = chance.uniform(0.24, 0.34)
    for line in range(-5, 6):
        whole.stroke([(line * step, -1.1), (line * step, 1.1)], 0.018, tint)
        whole.stroke([(-1.1, line * step), (1.1, line * step)], 0.018, tint)


def _hills(whole: Brush, tint: Colour, chance: Random) -> None:
    for height in (0.05, 0.25):
        shift = chance.uniform(-0.4, 0.4)
        whole.blob(
            [
                (-1.4, 0.9),
                (-0.9 + shift, height),
                (-0.3 + shift, height + 0.2),
                (0.3 + shift, height - 0.25),
                (0.9, height + 0.15),
                (1.5, 0.9),
            ],
            tint,
        )


_PATTERNS: tuple[Callable[[Brush, Colour, Random], None], ...] = (_plain, _dots, _stripes, _waves, _lattice, _hills)


def _ingredients(whole: Brush, motif: Motif, floor: float, x: float, chance: Random) -> None:
    """What is inside, lying beside the package."""
    for side in chance.choice(((-1,), (1,), (-1, 1))):
        size = chance.uniform(0.15, 0.2)
        px, py = x + side * chance.uniform(0.70, 0.78), floor - size * 0.75
        whole.disc(px + 0.02, floor + 0.005, size * 0.9, darker(colour("b9a58a"), 0.35), 0.03)
        motif(whole.at(px, py, size, chance.uniform(-0.35, 0.35)))


def _label(
    brush: Brush,
    label: packages.Label,
    motif: Motif,
    maker: str,
    noun: str,
    accent: Colour,
    paper: Colour,
    chance: Random,
) -> None:
    """The maker above, the motif in the middle, what it is below, with the word in ink or on a band."""
    across, down = label.across, label.down
    ink = darker(accent, 0.55)
    word_draw(brush.at(0, -down * 0.84), maker, down * 0.18, mixed(ink, paper, 0.2), wide=across * 1.15)
    motif(brush.at(0, -down * 0.14, min(across * 0.8, down * 0.52)))
    if chance.random() < 0.5:
        brush.panel(-across * 0.92, down * 0.46, across * 0.92, down * 0.98, accent, 0.05)
        ink = colour("fffaf0") if sum(accent) < 480 else colour("3a2418")
    word_draw(brush.at(0, down * 0.72), noun, down * 0.36, ink, wide=across * 1.62, weight=0.12)


def _seal(brush: Brush, accent: Colour, chance: Random) -> None:
    """A round seal with a star, as on goods that won something."""
    tone = chance.choice((colour("d9a32b"), colour("c23b2e"), colour("3f7d4f"), accent))
    for step in range(16):
        angle = step * math.pi / 8
        brush.disc(0.86 * math.cos(angle), 0.86 * math.sin(angle), 0.22, tone)
    brush.disc(0, 0, 0.9, tone)
    brush.disc(0, 0, 0.7, lighter(tone, 0.75))
    star = []
    for step in range(10):
        angle, reach = step * math.pi / 5 - math.pi / 2, 0.5 if step % 2 == 0 else 0.22
        star.append((reach * math.cos(angle), reach * math.sin(angle)))
    brush.polygon(star, tone)
