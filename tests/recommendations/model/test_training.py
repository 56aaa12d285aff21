"""Training on the platform's tables: what is read, what is refused, and that what comes of it ranks."""

import pytest
from django.core.management import CommandError, call_command

from recommendations.ranking.training import Budget
from recommendations.selectors.training import training_data
from recommendations.services import training
from recommendations.services.lists import lists_compute
from recommendations.services.training import left_out_ids
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.recommendations.telling import shelf
from xlcfi.artifacts.models import ModelVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_redis", "clock")]

ALL = {"since": seoul("2024-01-01"), "until": seoul("2025-11-20")}
# 120 people, each an order of two products every five days for fifty days: the odd ones buy of 11 to 30, the even
# ones of 31 to 50, one of them after the other.
ORDERS = """
INSERT INTO baskets (order_id, user_id, product_ids, provisional, ordered_at, told_at)
SELECT u * 1000 + turn, u, ARRAY[base + (u + turn) % 20, base + (u + turn + 1) % 20], false,
       '2025-11-19 03:00+00'::timestamptz - (10 - turn) * interval '5 days' - u * interval '1 minute', now()
FROM generate_series(1, 120) AS u, generate_series(1, 10) AS turn, LATERAL (SELECT 11 + 20 * (u % 2)) AS of(base)
RETURNING 1
"""
MATRIX = """
INSERT INTO user_item_matrix (user_id, product_id, rating, interest, updated_at)
SELECT DISTINCT user_id, p, 5.0, 0.0, now() FROM baskets, unnest(product_ids) AS p RETURNING 1
"""


def test_what_is_read_are_paid_orders_of_those_who_may_be_learnt_from(settings):
    shelf(11, 12, 13)
    rows(
        "INSERT INTO baskets (order_id, user_id, product_ids, provisional, ordered_at, told_at) VALUES "
        "(1, 5, '{11,12}', false, '2025-11-01', now()), (2, 5, '{11}', false, '2025-11-03', now()), "
        "(3, 6, '{13}', false, '2025-11-02', now()), (4, 7, '{12}', false, '2025-11-02', now()), "
        "(5, -8, '{12}', false, '2025-11-02', now()), (6, NULL, '{12}', false, '2025-11-02', now()), "
        "(7, 5, '{12}', false, NULL, now()), (8, 5, '{12}', false, '2023-11-02', now()) RETURNING 1"
    )
    rows("INSERT INTO personalisation_choices (user_id, personalised, changed_at, changed_by) "
         "VALUES (6, false, now(), 'x') RETURNING 1")  # fmt: skip
    settings.ANALYTICS_EXCLUDED_USER_IDS = [7]
    found = training_data(**ALL, without=left_out_ids())
    assert (found.people, found.items.tolist(), found.left_out) == (1, [11, 12], 0)
    assert found.events.item.tolist() == [0, 1, 0]
    assert (found.first.date().isoformat(), found.last.date().isoformat()) == ("2025-11-01", "2025-11-03")
    few = training_data(**ALL, without=[], items_most=2)
    assert (few.items.tolist(), few.left_out) == ([11, 12], 1)
    assert training_data(**ALL, without=[5, 6, 7]) is None


def test_too_little_to_learn_from_is_refused_in_words_that_help():
    with pytest.raises(CommandError, match=r"too few paid orders to learn from: 0 purchases.*at least 2000"):
        call_command("train", "recommendations")
    assert not ModelVersion.objects.exists()


def test_a_training_serves_beats_its_baselines_and_ranks_for_who_bought(monkeypatch, capsys):
    monkeypatch.setattr(training, "QUICK", Budget(tries=1, users=120, wanted=120, enough=120))
    shelf(*range(11, 51))
    rows(ORDERS)
    rows(MATRIX)
    call_command("train", "recommendations", "--quick")
    row = ModelVersion.objects.get()
    assert row.state == "serving"
    assert row.metrics["candidate"]["ndcg@10"] >= max(one["ndcg@10"] for one in row.metrics["baselines"].values())
    assert set(row.metrics["baselines"]) == {"popularity", "item-item cosine", "own frequency and recency"}
    assert (row.parameters["people"], row.parameters["products"], row.parameters["purchases"]) == (120, 40, 2_400)
    made = lists_compute(user_ids=[2, 3])
    assert {made[user].version for user in made} == {"1"}
    # Each has bought all twenty of their kind; nothing of the other kind goes with that as far as it was learnt.
    rows("DELETE FROM baskets WHERE user_id = 2 AND order_id > 2005 RETURNING 1")
    rows(
        "DELETE FROM user_item_matrix WHERE user_id = 2 AND NOT product_id = ANY(ARRAY[14,15,16,17,18,19]) RETURNING 1"
    )
    again = lists_compute(user_ids=[2])[2]
    assert again.algorithm == "blend"
    assert all(each.product_id <= 30 for each in again.products[:5])
