"""Personal lists where a trained model serves: what it ranks, why, and what becomes of a list when the model goes."""

import json

import pytest

from recommendations.placing.eligibility import told
from recommendations.placing.rules import Surface
from recommendations.services.explaining import list_explain
from recommendations.services.lists import lists_compute
from recommendations.services.personal import personal_answer
from recommendations.services.rankers import model_serving
from tests.analytics.plain_sql import rows
from tests.recommendations.model.by_hand import NAME, served, strength
from tests.recommendations.telling import acted, bought, follow_up, kept, shelf, tell
from xlcfi.artifacts.models import ModelFilePart, ModelVersion
from xlcfi.artifacts.serving import serving_forget
from xlcfi.artifacts.versions import version_retire, version_serve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_redis")]

SPEAKS = {(11, 12): 0.9, (11, 13): 0.5, (11, 14): 0.2, (15, 14): 0.8, (16, 17): 0.7}
PRODUCTS = list(range(11, 19))


def products_of(made):
    return [(each.product_id, each.source, each.evidence) for each in made.products]


def list_of(user):
    return lists_compute(user_ids=[user])[user]


def test_the_models_list_names_its_version_its_sources_and_what_led_there():
    shelf(*PRODUCTS)
    row = served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    follow_up()
    found = kept(1)
    assert (found["algorithm"], found["model_version"]) == ("blend", str(row.version))
    first = found["recommendations"][0]
    assert (first["product_id"], first["source"], first["score"]) == (12, "ease", strength(0.9))
    assert first["reason"] == {"ko": "p11을 산 분들이 함께 구매했어요", "en": "People who bought p11 bought this too"}
    assert [each["product_id"] for each in found["recommendations"][:3]] == [12, 13, 14]
    # What was bought stays out; nothing of this person's speaks for the others.
    assert 11 not in [each["product_id"] for each in found["recommendations"]]
    assert {each["source"] for each in found["recommendations"][3:]} == {"trend"}


def test_what_can_not_be_bought_is_left_out_and_counted_as_by_the_rule():
    shelf(*PRODUCTS)
    served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    rows("UPDATE products SET stock = 0 WHERE id = 12 RETURNING 1")
    rows("UPDATE products SET status = 'HIDDEN' WHERE id = 13 RETURNING 1")
    made = list_of(1)
    assert products_of(made)[0] == (14, "ease", 11)
    assert told(made.left_out) == {"out_of_stock": 1, "not_on_sale": 1}


def test_who_is_unknown_gets_what_is_popular_and_carts_keep_the_rule():
    shelf(*PRODUCTS)
    served(PRODUCTS, SPEAKS)
    tell(bought(1, 11, 18), bought(2, 11, 18))
    made = list_of(99)
    assert (made.algorithm, products_of(made)[0]) == ("popular", (11, "popular", None))
    found = list_explain(product_id=18, user_id=99, surface=Surface.BASKET, of_product=11)
    assert (found.algorithm, found.candidate.source) == ("co-purchase", "co-purchase")


def test_a_cart_a_view_and_a_purchase_change_the_list_without_a_training():
    shelf(*PRODUCTS)
    served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    follow_up()
    before = [each["product_id"] for each in kept(1)["recommendations"]]
    assert before.index(12) < before.index(13) < before.index(14)
    tell(acted(1, 16, "add_to_cart"))
    follow_up()
    found = {each["product_id"]: each for each in kept(1)["recommendations"]}
    # A cart (4 of 5) just now weighs nine tenths of the best.
    assert found[17]["score"] == pytest.approx(0.9 * strength(0.9), abs=1e-4)
    assert (found[17]["source"], found[17]["reason"]["en"]) == ("ease", "People who bought p16 bought this too")
    tell(bought(1, 15))
    follow_up()
    after = [each["product_id"] for each in kept(1)["recommendations"]]
    assert after[0] == 14  # 0.2 by the one, 0.8 by the other
    assert 15 not in after


def test_what_was_bought_returns_when_its_time_has_come_and_not_before(clock):
    shelf(*PRODUCTS)
    served(PRODUCTS, SPEAKS, rule="own")
    tell(*[bought(1, 11) for _ in range(3)], bought(1, 12))
    # Three times, ten days apart, the last eleven days ago; 12 once, a week ago.
    rows("UPDATE baskets SET ordered_at = '2025-11-13 01:00+00' WHERE product_ids = '{12}' RETURNING 1")
    rows(
        "UPDATE baskets b SET ordered_at = '2025-11-09 01:00+00'::timestamptz - (n.place - 1) * interval '10 days' "
        "FROM (SELECT order_id, row_number() OVER (ORDER BY order_id DESC) AS place FROM baskets "
        "WHERE product_ids = '{11}') AS n WHERE n.order_id = b.order_id RETURNING 1"
    )
    rows(
        "INSERT INTO category_rhythms (category_id, pairs, repeated, days, counted_at) "
        "VALUES (900011, 100, 50, 30, now()) RETURNING 1"
    )
    made = list_of(1)
    assert products_of(made)[0] == (11, "again", 11)
    assert 12 not in [each.product_id for each in made.products]
    rows("UPDATE baskets SET ordered_at = ordered_at + interval '10 days' WHERE product_ids = '{11}' RETURNING 1")
    assert 11 not in [each.product_id for each in list_of(1).products]


def test_a_product_made_after_the_training_comes_in_by_what_it_is_like():
    shelf(*PRODUCTS, 21, 22)
    served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    rows(
        "INSERT INTO product_texts (product_id, features_at) SELECT id, now() FROM unnest(ARRAY[12,21,22]) AS id "
        "RETURNING 1"
    )
    rows(
        "INSERT INTO product_terms (term, product_id, weight) VALUES ('두부', 12, 2), ('두부', 21, 2), ('부침', 21, 1) "
        "RETURNING 1"
    )
    made = list_of(1)
    places = [each.product_id for each in made.products]
    assert places[0] == 12
    assert made.products[places.index(21)].source == "new"
    assert 0 < made.products[places.index(21)].score < strength(0.9)


def test_another_version_is_taken_without_restart_and_a_damaged_one_leaves_the_one_before():
    shelf(*PRODUCTS)
    first = served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    assert (list_of(1).version, list_of(1).products[0].product_id) == ("1", 12)
    served(PRODUCTS, {(11, 18): 0.9})
    assert (list_of(1).version, list_of(1).products[0].product_id) == ("2", 18)
    version_serve(version_id=first.pk, who="kim", why="back")
    assert list_of(1).version == "1"
    third = served(PRODUCTS, {(11, 17): 0.9})
    ModelFilePart.objects.filter(model_version=third).delete()
    assert (list_of(1).algorithm, list_of(1).version) == ("blend", "1")
    assert ModelVersion.objects.get(pk=third.pk).damage


@pytest.mark.parametrize("damage", ["parts", "form", "retired"])
def test_without_a_whole_model_the_rule_answers(damage, settings, tmp_path):
    shelf(*PRODUCTS)
    row = served(PRODUCTS, SPEAKS, form=2 if damage == "form" else 1)
    tell(bought(1, 11), bought(2, 11, 18))
    if damage == "parts":
        ModelFilePart.objects.all().delete()
    elif damage == "retired":
        version_retire(version_id=row.pk, who="kim", why="none is good")
    serving_forget(NAME)
    assert model_serving() is None
    made = list_of(1)
    assert (made.algorithm, made.version, products_of(made)[0]) == ("co-purchase", "", (18, "co-purchase", 11))


def test_a_kept_list_is_made_anew_when_another_model_serves():
    shelf(*PRODUCTS)
    tell(bought(1, 11), bought(2, 11, 18))
    assert first_of(personal_answer(user_id=1)) == ("co-purchase", "", 18)
    served(PRODUCTS, SPEAKS)
    assert first_of(personal_answer(user_id=1)) == ("blend", "1", 12)
    served(PRODUCTS, {(11, 17): 0.9})
    assert first_of(personal_answer(user_id=1)) == ("blend", "2", 17)


def first_of(raw):
    answer = json.loads(bytes(raw))
    return answer["algorithm"], answer["model_version"], answer["recommendations"][0]["product_id"]


def test_why_a_product_is_in_the_models_list_and_why_another_is_not():
    shelf(*PRODUCTS)
    served(PRODUCTS, SPEAKS)
    tell(bought(1, 11))
    found = list_explain(product_id=13, user_id=1, surface=Surface.PERSONAL)
    assert (found.position, found.rank, found.algorithm, found.version) == (2, 2, "blend", "1")
    assert (found.candidate.source, found.candidate.evidence) == ("ease", 11)
    assert list_explain(product_id=11, user_id=1, surface=Surface.PERSONAL).objection == "bought"
