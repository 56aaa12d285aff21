import re

import numpy as np
import pytest

from xlcfi.demo.catalogue import GROUPS, LEAVES, NO_DESCRIPTION, catalogue_build
from xlcfi.demo.catalogue_words import terms
from xlcfi.demo.particles import final_of

KINDS = ("heads", "mods", "sizes", "tastes", "uses", "store", "origins")


def build(products=5_000, sellers=300, seed=1):
    return catalogue_build(products=products, sellers=sellers, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def catalogue():
    return build()


@pytest.mark.parametrize("products", [1, 20, 100, 5_000])
def test_no_name_comes_twice_at_any_size(products):
    names = build(products=products, sellers=min(products, 300)).name
    assert len(names) == len(set(names)) == products


def test_the_same_seed_gives_the_same_catalogue():
    first, second, other = build(products=200), build(products=200), build(products=200, seed=2)
    for field in ("name", "description", "category_id", "seller", "base_price_krw", "weight", "recipe", "unit_cost"):
        assert getattr(first, field).tolist() == getattr(second, field).tolist(), field
    assert first.name.tolist() != other.name.tolist()


def test_categories_have_two_levels_and_products_belong_to_leaves(catalogue):
    by_id = {row.id: row for row in catalogue.categories}
    assert [row.id for row in catalogue.categories] == list(range(1, len(by_id) + 1))
    assert len({row.key for row in by_id.values()}) == len(by_id)
    for category_id, leaf_key, group_key in zip(
        catalogue.category_id.tolist(), catalogue.leaf_key, catalogue.group_key, strict=True
    ):
        leaf = by_id[category_id]
        assert leaf.key == leaf_key
        assert by_id[leaf.parent_id].key == group_key
        assert by_id[leaf.parent_id].parent_id is None


def test_few_products_are_spread_over_many_groups():
    assert len(set(build(products=20, sellers=5).group_key)) >= 9


def test_prices_end_in_00_or_90_and_leave_a_margin(catalogue):
    assert set((catalogue.base_price_krw % 100).tolist()) == {0, 90}
    assert catalogue.base_price_krw.min() >= 900
    assert catalogue.base_price_krw.max() < 500_000
    share = catalogue.unit_cost / catalogue.base_price_krw
    assert 0.29 < share.min() <= share.max() < 0.83


def test_a_bigger_pack_costs_more_but_less_for_each_kilogram(catalogue):
    price = {"500g": [], "5kg": []}
    for name, leaf_key, won in zip(catalogue.name, catalogue.leaf_key, catalogue.base_price_krw.tolist(), strict=True):
        size = name.split(" ")[-1]
        if leaf_key == "kimchi.cabbage" and size in price:
            price[size].append(won)
    small, large = (float(np.mean(price[size])) for size in ("500g", "5kg"))
    assert 4 * small < large < 10 * small


def test_popularity_is_heavy_tailed_with_mean_one(catalogue):
    weight = np.sort(catalogue.weight)[::-1]
    assert weight.mean() == pytest.approx(1)
    assert 0.3 < weight[: len(weight) // 10].sum() / weight.sum() < 0.7


def test_every_seller_has_a_product_and_most_of_a_sellers_goods_are_of_few_groups(catalogue):
    assert set(catalogue.seller.tolist()) == set(range(300))
    counts = np.bincount(catalogue.seller)
    assert counts.max() > 8 * np.median(counts)
    homes = []
    for seller in np.flatnonzero(counts >= 20).tolist():
        _, sizes = np.unique(catalogue.group_key[catalogue.seller == seller].astype(str), return_counts=True)
        homes.append(np.sort(sizes)[::-1][:2].sum() / sizes.sum())
    assert np.median(homes) > 0.7


def test_sellers_sell_under_their_own_name(catalogue):
    own = sum(
        name.split(" ")[0] in catalogue.seller_names[seller]
        for name, seller in zip(catalogue.name, catalogue.seller.tolist(), strict=True)
    )
    assert 0.65 < own / len(catalogue.name) < 0.8


def test_gifts_are_not_bought_again_and_everything_else_is(catalogue):
    gift = catalogue.group_key == "gift"
    assert np.isnan(catalogue.repeat_days[gift]).all()
    assert (catalogue.repeat_days[~gift] > 5).all()


def test_some_products_have_no_description_and_the_rest_has_whole_sentences(catalogue):
    missing = sum(text is None for text in catalogue.description) / len(catalogue.description)
    assert missing == pytest.approx(NO_DESCRIPTION, abs=0.015)
    for text in catalogue.description:
        if text is not None:
            assert not re.search(r"[{}|()]", text), text
            assert 1 <= text.count(".") <= 4
            assert text.endswith(".")


def test_no_description_has_a_wrong_particle_after_its_noun(catalogue):
    for text, name in zip(catalogue.description, catalogue.name, strict=True):
        for noun in {word for word in name.split(" ")[1:-1] if final_of(word)}:
            assert not re.search(rf"(?:^|\s){noun}(?:는|가|를)\s", text or ""), text


def test_every_recipe_has_members_of_several_leaves(catalogue):
    for recipe in range(len(catalogue.recipes)):
        assert len(set(catalogue.leaf_key[catalogue.recipe == recipe])) >= 2, catalogue.recipes[recipe]
    assert 0.1 < (catalogue.recipe == -1).mean() < 0.4


@pytest.mark.parametrize(("group", "leaf"), LEAVES, ids=[leaf.key for _, leaf in LEAVES])
def test_every_kind_of_product_has_a_size_and_words_of_its_own(group, leaf):
    lists = {kind: getattr(leaf, kind, "") or getattr(group, kind) for kind in KINDS}
    for head in terms(leaf.heads):
        for kind in KINDS:
            fitting = [term for term in terms(lists[kind]) if term.goes_with(head.text)]
            assert fitting, f"{head.text} has no {kind}"
            assert all(term.text and term.factor > 0 for term in fitting)


def test_a_condition_on_the_head_names_a_head_that_exists():
    for group in GROUPS:
        heads = [head.text for leaf in group.leaves for head in terms(leaf.heads)]
        for leaf in group.leaves:
            own = [head.text for head in terms(leaf.heads)]
            for kind in ("mods", "sizes", "tastes", "uses"):
                for term in terms(getattr(leaf, kind)):
                    assert not term.heads or any(term.goes_with(head) for head in own), (leaf.key, term)
        for kind in ("store", "origins"):
            for term in terms(getattr(group, kind)):
                assert not term.heads or any(term.goes_with(head) for head in heads), (group.key, term)


@pytest.mark.parametrize(("products", "sellers"), [(0, 1), (1, 0), (-5, 3)])
def test_a_catalogue_of_nothing_is_an_error(products, sellers):
    with pytest.raises(ValueError, match="needs products and sellers"):
        build(products=products, sellers=sellers)
