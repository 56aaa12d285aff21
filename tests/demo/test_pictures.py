import numpy as np
import pytest
from PIL import Image, ImageDraw

from xlcfi.demo import pictures_motifs_made as made
from xlcfi.demo import pictures_motifs_raw as raw
from xlcfi.demo import pictures_packages as packages
from xlcfi.demo.catalogue import GROUPS, LEAVES, catalogue_build
from xlcfi.demo.pictures import SIDE, picture_draw, pictures_make
from xlcfi.demo.pictures_brush import Brush, colour, smooth
from xlcfi.demo.pictures_letters import word_draw
from xlcfi.demo.pictures_look import GROUP_LOOKS, LEAF_LOOKS


@pytest.fixture(scope="module")
def catalogue():
    return catalogue_build(products=40, sellers=8, rng=np.random.default_rng(1))


def make(catalogue, out_dir, limit, seed=1):
    return pictures_make(catalogue=catalogue, out_dir=out_dir, rng=np.random.default_rng(seed), limit=limit)


def test_pictures_are_small_square_jpegs_named_by_product_id(catalogue, tmp_path):
    names = make(catalogue, tmp_path, 12)
    assert names == [f"images/p/{product:06d}.jpg" for product in range(1, 13)]
    for name in names:
        assert 5_000 < (tmp_path / name).stat().st_size < 40_000
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.size) == ("JPEG", (SIDE, SIDE))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(catalogue, tmp_path):
    for place, seed in (("first", 1), ("second", 1), ("third", 2)):
        make(catalogue, tmp_path / place, 3, seed=seed)
    first, second, third = (
        [path.read_bytes() for path in sorted((tmp_path / place).rglob("*.jpg"))]
        for place in ("first", "second", "third")
    )
    assert first == second
    assert first != third


def test_no_more_pictures_than_products_are_made(catalogue, tmp_path):
    few = catalogue_build(products=2, sellers=1, rng=np.random.default_rng(1))
    assert len(make(few, tmp_path, 100)) == 2
    assert make(catalogue, tmp_path, 0) == []
    with pytest.raises(ValueError, match="no -1 pictures"):
        make(catalogue, tmp_path, -1)


def test_products_can_be_told_apart_by_their_pictures(catalogue, tmp_path):
    small = []
    for name in make(catalogue, tmp_path, 24):
        with Image.open(tmp_path / name) as image:
            small.append(np.asarray(image.resize((24, 24)), dtype=float))
    for place, one in enumerate(small):
        for other in small[place + 1 :]:
            assert np.abs(one - other).mean() > 4


@pytest.mark.parametrize("leaf", [leaf for _, leaf in LEAVES], ids=[leaf.key for _, leaf in LEAVES])
def test_every_category_can_be_drawn_in_every_package_with_everything_in_it(leaf):
    package_names, motif_names = LEAF_LOOKS[leaf.key]
    assert all(callable(getattr(packages, name)) for name in package_names)
    assert all(callable(getattr(raw, name, None) or getattr(made, name)) for name in motif_names)
    assert picture_draw(leaf_key=leaf.key, name=f"달빛곳간 {leaf.noun} 1kg", seed=7).size == (SIDE, SIDE)


def test_every_category_and_no_other_has_a_look():
    assert set(LEAF_LOOKS) == {leaf.key for _, leaf in LEAVES}
    assert set(GROUP_LOOKS) == {group.key for group in GROUPS}


def inked(word):
    image = Image.new("RGB", (200, 100), "white")
    word_draw(Brush(ImageDraw.Draw(image), 100, 50, 50), word, 1.0, (0, 0, 0), wide=3.6)
    return np.asarray(image)[:, :, 0] < 128


def test_letters_are_drawn_inside_their_width_and_differ():
    words = ("김", "감", "곰", "꽃", "됨", "쌀", "왜", "읽", "흙", "뷁")
    drawn = [inked(word) for word in words]
    assert all(0.01 < ink.mean() < 0.4 for ink in drawn)
    assert len({ink.tobytes() for ink in drawn}) == len(words)
    assert not inked("배추포기김치세트")[:, :5].any()


def test_only_hangul_can_be_written():
    with pytest.raises(ValueError, match="only Hangul"):
        inked("ABC")


def test_a_smooth_curve_goes_through_its_points():
    points = [(0.0, 0.0), (1.0, 0.5), (2.0, 0.0)]
    assert set(points) <= set(smooth(points, closed=False))
    assert set(points) <= set(smooth(points, closed=True))


def test_colours_are_read_from_hexadecimal():
    assert colour("e8b04b") == (232, 176, 75)
