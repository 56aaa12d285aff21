"""Who gets which variant, and what an experiment says: nothing before its time, and nothing when its lot is off."""

from collections import Counter
from datetime import timedelta

import pytest
from scipy import stats

from recommendations.models import Experiment, ExperimentSum
from recommendations.selectors.experiment_results import Figure, Verdict, experiment_results
from recommendations.services.erasure import person_erase
from recommendations.services.experiments import (
    NO_EXPERIMENT,
    experiments_reread,
    lot_of,
    variant_of,
)
from recommendations.services.measuring import measures_rebuild
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.recommendations.feedback.story import experiment, paid, served, tables, told, work_out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    experiments_reread()
    yield
    Experiment.objects.all().delete()
    experiments_reread()


def variants(people, *, surface="personal"):
    return Counter(variant_of(surface=surface, user_id=user, visitor=None).variant for user in people)


def test_a_person_gets_the_same_variant_always_and_nothing_is_asked_for_it(django_assert_num_queries):
    made = experiment(first="2025-11-19")
    first = variant_of(surface="personal", user_id=7, visitor=None)
    assert (first.experiment, first.settings) == (made.id, {"algorithm": first.variant})
    with django_assert_num_queries(0):
        assert all(variant_of(surface="personal", user_id=7, visitor="s") == first for _ in range(100))
        assert variant_of(surface="related", user_id=7, visitor=None) == NO_EXPERIMENT
        assert variant_of(surface="personal", user_id=None, visitor=None) == NO_EXPERIMENT
        assert variant_of(surface="personal", user_id=None, visitor="s").experiment == made.id


def test_people_fall_into_the_variants_by_their_shares():
    experiment(first="2025-11-19", shares={"old": 20, "middle": 30, "new": 50})
    found = variants(range(1, 10_001))
    assert stats.chisquare([found["old"], found["middle"], found["new"]], [2_000, 3_000, 5_000]).pvalue > 0.001


def test_the_lots_of_two_experiments_have_nothing_to_do_with_each_other():
    both = Counter(
        (lot_of(experiment=1, person=f"user:{user}") < 0.5, lot_of(experiment=2, person=f"user:{user}") < 0.5)
        for user in range(10_000)
    )
    assert stats.chisquare(list(both.values())).pvalue > 0.001


def test_an_experiment_assigns_from_its_start_to_its_end_or_until_it_is_called_off(clock):
    made = experiment(first="2025-11-20 10:15", days=2)
    for step, runs in ((timedelta(0), True), (timedelta(days=2, microseconds=-1), True), (timedelta(days=2), False)):
        clock.moment = seoul("2025-11-20 10:15") + step
        experiments_reread()
        assert bool(variants([1])[""]) is not runs
    Experiment.objects.filter(id=made.id).update(stopped_at=seoul("2025-11-21"))
    clock.moment = seoul("2025-11-21")
    experiments_reread()
    assert variants([1]) == {"": 1}


def test_all_that_people_buy_since_their_first_answer_counts_and_only_until_the_end(market, clock):
    clock.moment = seoul("2025-11-30 12:00")
    made = experiment(first="2025-11-10", days=5)
    user, product, other = market.user(), market.product(), market.product()
    paid(market, user, (other, 1, 1_000), at="2025-11-11 09:59:59")
    request = served(product, user=user, at="2025-11-11 10:00", experiment=made.id, variant="new")
    served(product, user=user, at="2025-11-12 10:00", experiment=made.id, variant="old")  # the shares were changed
    told(request, ("click", product), at="2025-11-11 10:01")
    paid(market, user, (other, 1, 20_000), at="2025-11-11 10:00:01")  # not recommended: counts all the same
    paid(market, user, (product, 1, 300), at="2025-11-14 23:59:59")
    paid(market, user, (product, 1, 4_000), at="2025-11-15 00:00")
    work_out()
    [found] = rows(
        """SELECT variant, people, members, crossed, exposures, clicks, people_converted, orders, revenue,
        revenue_squares FROM recommendation_experiment_sums"""
    )
    assert found == ("new", 1, 1, 1, 2, 1, 1, 2, 20_300, 20_300**2)


def sums(made, variant, people, *, clicked, ordered, revenue, spread=1.0):
    ExperimentSum.objects.create(
        experiment_id=made.id,
        variant=variant,
        people=people,
        members=people,
        crossed=0,
        exposures=people,
        clicks=clicked,
        people_clicked=clicked,
        people_converted=ordered,
        people_ordered=ordered,
        orders=ordered,
        revenue=revenue,
        refunded_revenue=0,
        revenue_squares=revenue * revenue / people * (1 + spread),
    )


def verdicts(made):
    [result] = experiment_results(experiment=made.id)
    return result, {effect.figure: (effect.verdict, effect.may_stop) for effect in result.effects}


def test_before_the_planned_size_nothing_is_said_however_clear_it_looks():
    made = experiment(first="2025-11-10", planned=10_000)
    sums(made, "old", 1_000, clicked=100, ordered=100, revenue=1_000_000)
    sums(made, "new", 1_000, clicked=250, ordered=140, revenue=1_010_000)
    result, found = verdicts(made)
    assert not result.enough
    assert found == {
        Figure.CLICK_RATE: (Verdict.NOT_YET, True),  # so clear that who stops now does not fool himself
        Figure.ORDER_RATE: (Verdict.NOT_YET, False),  # fixed: 4 % ± 2.9 %, but not at every look
        Figure.REVENUE: (Verdict.NOT_YET, False),
    }
    order_rate = next(effect for effect in result.effects if effect.figure is Figure.ORDER_RATE)
    assert order_rate.fixed.low > 0 > order_rate.always_valid.low


def test_at_the_planned_size_the_fixed_interval_speaks():
    made = experiment(first="2025-11-10", planned=2_000)
    sums(made, "old", 1_000, clicked=250, ordered=100, revenue=1_000_000)
    sums(made, "new", 1_000, clicked=100, ordered=140, revenue=1_010_000)
    _, found = verdicts(made)
    assert {figure: verdict for figure, (verdict, _) in found.items()} == {
        Figure.CLICK_RATE: Verdict.WORSE,
        Figure.ORDER_RATE: Verdict.BETTER,
        Figure.REVENUE: Verdict.NO_DIFFERENCE,
    }


def test_a_lot_that_is_off_says_nothing_at_all():
    made = experiment(first="2025-11-10", planned=2_000)
    sums(made, "old", 1_200, clicked=100, ordered=100, revenue=1_000_000)
    sums(made, "new", 1_000, clicked=250, ordered=140, revenue=1_010_000)
    result, found = verdicts(made)
    assert result.uneven == pytest.approx(stats.chisquare([1_200, 1_000]).pvalue)
    assert set(found.values()) == {(Verdict.UNEVEN, False)}


def test_with_three_variants_each_interval_is_wider():
    made = experiment(first="2025-11-10", shares={"old": 40, "new": 30, "newer": 30})
    [result] = experiment_results(experiment=made.id)
    assert result.level == pytest.approx(0.975)
    assert {effect.variant for effect in result.effects} == {"new", "newer"}
    assert result.uneven is None


def test_who_is_erased_stays_in_every_sum_as_a_number_that_means_nobody(market, clock):
    clock.moment = seoul("2025-11-30 12:00")
    made = experiment(first="2025-11-10")
    user, product = market.user(), market.product()
    request = served(product, user=user, at="2025-11-11 10:00", experiment=made.id, variant="new")
    told(request, ("click", product), at="2025-11-11 10:01")
    paid(market, user, (product, 1, 20_000), at="2025-11-11 11:00")
    work_out()
    days, sums_before = tables()["recommendation_days"], tables()["recommendation_experiment_sums"]
    rows(
        "INSERT INTO erased_people (user_id, pseudonym, erased_at, reason) VALUES (%s, -77, now(), '') RETURNING 1",
        [user],
    )
    changed = person_erase(user_id=user, pseudonym=-77)
    assert changed["recommendation_exposures"] == changed["recommendation_conversions"] == 1
    for table in ("exposures", "feedback", "conversions", "person_days", "experiment_people"):
        assert rows(f"SELECT COUNT(*) FROM recommendation_{table} WHERE user_id = %s", [user]) == [(0,)]
    assert measures_rebuild(apply=True).changed == 0
    assert tables()["recommendation_days"] == days
    assert tables()["recommendation_experiment_sums"] == sums_before
