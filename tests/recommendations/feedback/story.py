"""Serves answers, tells of clicks and payments, and works out the sums as the consumers' jobs do."""

import itertools
from datetime import timedelta

from recommendations.models import Experiment
from recommendations.services.experiments import Assignment
from recommendations.services.exposures import exposures_flush, exposures_record
from recommendations.services.feedback import Told, feedback_keep
from recommendations.services.feedback_waiting import waiting_settle
from recommendations.services.measuring import measures_fold
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order
from tests.factories import seoul
from tests.recommendations.telling import tell
from xlcfi.api.caller import Caller

_numbers = itertools.count(1)

TABLES = {
    "recommendation_conversions": "order_id, product_id",
    "recommendation_person_days": "day, user_id, visitor, surface, algorithm, model_version, experiment_id, variant",
    "recommendation_days": "day, surface, algorithm, model_version, experiment_id, variant",
    "recommendation_experiment_people": "experiment_id, user_id, visitor",
    "recommendation_experiment_sums": "experiment_id, variant",
}


def served(
    *products,
    user=None,
    visitor=None,
    at,
    surface="personal",
    algorithm="blend",
    experiment=0,
    variant="",
    request=None,
):
    """An answer, written; its request id. at: text on Seoul's clock, or a moment."""
    request = request or f"request-{next(_numbers)}"
    exposures_record(
        request_id=request,
        surface=surface,
        algorithm=algorithm,
        variant=Assignment(experiment, variant),
        user_id=user,
        visitor=visitor,
        product_ids=products,
        moment=seoul(at) if isinstance(at, str) else at,
        model_version="7",
    )
    exposures_flush()
    return request


def told(request, *pairs, at, caller=None):
    """("click", 11), … of an answer; what the service says to it."""
    at = seoul(at) if isinstance(at, str) else at
    return feedback_keep(
        request_id=request,
        told=[Told(product_id=product, event=event, at=at) for event, product in pairs],
        caller=caller or Caller.service(),
    )


def paid(market, user, *lines, at, event=True, **order):
    """A paid order whose payment an event tells of. lines: (product, units, price)."""
    at = seoul(at) if isinstance(at, str) else at
    order_id = market.paid_order(buyer_id=user, items=lines, created_at=at, **order)
    if event:
        tell(payment_of_order(order_id))
    return order_id


def work_out(*, at_once=5_000):
    waiting_settle()
    while measures_fold(rows=at_once):
        pass


def experiment(*, first, days=14, surface="personal", planned=1_000, name="lists", shares=None):
    made = Experiment.objects.create(
        name=name,
        surface=surface,
        starts_at=seoul(first),
        ends_at=seoul(first) + timedelta(days=days),
        planned_people=planned,
    )
    for variant, share in (shares or {"old": 50, "new": 50}).items():
        made.variants.create(name=variant, share=share, settings={"algorithm": variant})
    return made


def tables():
    """All that is worked out, by table, in the order of its keys."""
    return {table: rows(f"SELECT * FROM {table} ORDER BY {keys}") for table, keys in TABLES.items()}


def one(table, columns):
    """The only row of a table, as a dict."""
    [row] = rows(f"SELECT {columns} FROM {table}")
    return dict(zip(columns.split(", "), row, strict=True))
