"""From a ranking to a list, in plain values."""

from collections import Counter
from datetime import date

from recommendations.placing.diversity import likeness
from recommendations.placing.eligibility import Eligibility, LeftOut, detail_objection, told
from recommendations.placing.pipeline import placed
from recommendations.placing.rules import Kind, Rule, Rules, Surface, rules_for
from recommendations.placing.standings import Standing, Standings
from recommendations.ranker import Ranked

SELLERS = {1: 71, 2: 71, 3: 72, 4: 72, 5: 73, 6: 74}
CATEGORIES = {1: 10, 2: 10, 3: 10, 4: 11, 5: 11, 6: 20}
TREE = {1: {1, 10, 11}, 10: {10}, 11: {11}, 20: {20}}


def within(category):
    return frozenset(TREE[category])


def standing(product, **changes):
    values = {"status": "ON_SALE", "stock": 3, "seller_id": SELLERS[product], "category_id": CATEGORIES[product]}
    return Standing(**(values | {"price": 100.0 * product, "name": "n", "created": date(2025, 1, 1)} | changes))


def shop(**changed):
    by_id = {product: standing(product) for product in SELLERS}
    by_id |= {int(key[1:]): standing(int(key[1:]), **values) for key, values in changed.items()}
    return Standings(by_id, inactive=frozenset({74}))


def ranked(*products):
    return [Ranked(product, 1.0 - place / 10, "co-purchase") for place, product in enumerate(products)]


def listed(*rules, of=(1, 2, 3, 4, 5), size=5, shop=None, diversity=0.0, **eligible):
    standings = shop or globals()["shop"]()
    return placed(
        ranked(*of),
        size=size,
        eligibility=Eligibility(standings, **eligible),
        rules=Rules(rules, standings, within),
        diversity=diversity,
        alike=likeness(standings, {}),
    )


def ids(found):
    return [each.product_id for each in found.products]


def rule(kind, number=1, **values):
    return Rule(id=number, kind=Kind(kind), surface=Surface.ALL, **values)


def test_what_can_not_be_bought_is_left_out_counted_and_made_up_for():
    here = shop(p1={"stock": 0}, p2={"status": "HIDDEN"})
    found = listed(of=(1, 6, 99, 2, 3, 4, 5), size=2, shop=here, owner=73)
    assert ids(found) == [3, 4]
    assert told(found.left_out) == {"gone": 1, "not_on_sale": 1, "out_of_stock": 1, "seller_inactive": 1}
    # 5 is the asker's own, but stands behind the last that is shown.
    assert found.objections[5] is LeftOut.OWN
    assert told(listed(of=(5, 1), shop=here, owner=73).left_out) == {"out_of_stock": 1, "own": 1}


def test_what_was_not_asked_for_is_left_out_in_silence():
    found = listed(excluded={1}, bought={2}, categories=frozenset({10, 11}), price_min=300, price_max=400.0)
    assert ids(found) == [3, 4]
    assert told(found.left_out) == {}
    assert found.objections == {1: LeftOut.EXCLUDED, 2: LeftOut.BOUGHT, 5: LeftOut.OTHER_PRICE}


def test_the_details_that_are_shown_have_the_last_word():
    assert detail_objection({"name": None, "status": None, "stock": None}) is LeftOut.GONE
    assert detail_objection({"name": "n", "status": "HIDDEN", "stock": 1}) is LeftOut.NOT_ON_SALE
    assert detail_objection({"name": "n", "status": "ON_SALE", "stock": 0}) is LeftOut.OUT_OF_STOCK
    assert detail_objection({"name": "n", "status": None, "stock": None}) is None


def test_a_boost_multiplies_a_bury_goes_to_the_end():
    # 1.0, 0.9, 0.8, 0.7, 0.6
    assert ids(listed(rule("boost", product_id=4, factor=1.4))) == [1, 4, 2, 3, 5]
    assert ids(listed(rule("boost", category_id=11, factor=2.0))) == [4, 5, 1, 2, 3]
    assert ids(listed(rule("boost", category_id=1, factor=2.0))) == [1, 2, 3, 4, 5]
    assert ids(listed(rule("bury", seller_id=71))) == [3, 4, 5, 1, 2]
    assert ids(listed(rule("bury", product_id=1), rule("boost", 2, product_id=1, factor=9.0))) == [2, 3, 4, 5, 1]


def test_a_cap_counts_per_seller_or_category_and_the_list_is_still_full():
    found = listed(rule("cap_seller", most=1), size=3)
    assert ids(found) == [1, 3, 5]
    assert told(found.left_out) == {"capped": 2}
    assert ids(listed(rule("cap_category", most=1))) == [1, 4]
    assert ids(listed(rule("cap_seller", most=1, seller_id=72))) == [1, 2, 3, 5]
    assert ids(listed(rule("cap_seller", most=1, category_id=11))) == [1, 2, 3, 4, 5]


def test_a_pin_stands_at_its_position_after_all_else_if_it_may_be_shown():
    found = listed(rule("pin", product_id=5, position=1), rule("cap_seller", 2, most=1))
    assert ids(found) == [5, 1, 3]
    assert found.products[0].source == "pinned"
    assert ids(listed(rule("pin", product_id=6, position=2))) == [1, 2, 3, 4, 5]
    assert ids(listed(rule("pin", product_id=5, position=2), rule("pin", 2, product_id=4, position=2))) == [
        1,
        5,
        4,
        2,
        3,
    ]
    assert ids(listed(rule("pin", product_id=3, position=40))) == [1, 2, 4, 5, 3]
    assert ids(listed(rule("pin", product_id=5, position=1), of=(1, 2), size=2)) == [5, 1]


def test_a_rule_holds_on_its_list_and_a_pin_with_a_category_in_that_categorys_lists():
    everywhere, popular = rule("bury", product_id=1), Rule(2, Kind.BURY, Surface.POPULAR, product_id=2)
    pin = rule("pin", 3, product_id=5, category_id=1)

    def held(surface, category):
        rules = rules_for(
            [everywhere, popular, pin], surface=surface, category_id=category, standings=shop(), within=within
        )
        return [each.id for each in rules.rules]

    assert held(Surface.PERSONAL, None) == [1]
    assert held(Surface.POPULAR, None) == [1, 2]
    assert held(Surface.POPULAR, 10) == [1, 2, 3]
    assert held(Surface.POPULAR, 20) == [1, 2]


def test_diversity_brings_what_is_unlike_forward_and_zero_changes_nothing():
    assert ids(listed(diversity=0.0)) == [1, 2, 3, 4, 5]
    # 1 first. Then at 0.5: 2 is like it by 0.7 (0.45 - 0.35), 3 by 0.5 (0.4 - 0.25), 4 not at all (0.35), 5 not (0.3).
    assert ids(listed(diversity=0.5, size=2)) == [1, 4]
    assert Counter(CATEGORIES[each] for each in ids(listed(diversity=1.0, size=2))) == {10: 1, 11: 1}


def test_products_that_only_fill_up_keep_their_order_below_what_has_a_score():
    found = placed(
        [Ranked(1, 0.5, "co-purchase"), Ranked(2, 0.0, "popular"), Ranked(3, 0.0, "popular")],
        size=3,
        eligibility=Eligibility(shop()),
        rules=Rules([rule("boost", product_id=3, factor=1.9)], shop(), within),
    )
    # Without a score they weigh 0.5 * 2/4 and 0.5 * 1/4; the boost makes the last 0.2375.
    assert ids(found) == [1, 2, 3]
