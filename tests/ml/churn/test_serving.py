"""GET /v1/ml/users/{id}/churn: what it answers, to whom."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command

from ml.churn.rhythm import Histories
from ml.services.churn import day_number
from tests.factories import seoul
from tests.ml.churn.made import RHYTHM, bought, model_serves
from xlcfi.artifacts.models import ModelFilePart
from xlcfi.artifacts.serving import serving_forget

pytestmark = pytest.mark.django_db


def asked(client, user_id, headers):
    answer = client.get(f"/v1/ml/users/{user_id}/churn", headers=headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["data"]


def test_a_buyers_risk_comes_with_its_horizon_and_drivers(client, market, clock, model, service):
    buyer = market.user()
    bought(market, buyer, 80, 60, 40)
    found = asked(client, buyer, service)
    gaps = Histories(*(np.array([x]) for x in (2.0, 40.0, 40.0, 2 * np.log(20.0))))
    risk = RHYTHM.judged(gaps, days=90.0)[0][0]
    assert found["churn_risk"] == pytest.approx(risk, abs=2e-4)
    assert (found["user_id"], found["horizon_days"], found["reason"]) == (buyer, 90, None)
    assert found["model_version"] == str(model.version)
    assert found["own_rhythm"]["horizon_days"] == pytest.approx(2 * found["own_rhythm"]["usual_gap_days"], abs=1)
    [driver] = [one for one in found["drivers"] if one["name"] == "rhythm"]
    assert driver["text"].startswith("The last order was 40 days ago")


def test_who_only_looked_at_things_gets_a_documented_answer(client, market, clock, model, service):
    unpaid = market.user()
    market.order(buyer_id=unpaid)
    for user in (unpaid, 987_654_321):
        found = asked(client, user, service)
        assert (found["churn_risk"], found["drivers"], found["reason"]) == (None, [], "NO_PAID_ORDERS")


def test_without_a_model_nothing_is_claimed(client, market, clock, looks, service):
    buyer = market.user()
    bought(market, buyer, 10)
    found = asked(client, buyer, service)
    assert (found["churn_risk"], found["reason"], found["model_version"]) == (None, "NO_MODEL", None)


def test_drivers_speak_korean_to_whoever_asks_for_it(client, market, clock, model, service):
    buyer = market.user()
    bought(market, buyer, 80, 60, 40)
    found = asked(client, buyer, {**service, "Accept-Language": "ko"})
    assert any("\uac00" <= sign <= "\ud7a3" for sign in found["drivers"][0]["text"])


def test_a_buyer_sees_their_own_risk_and_nobody_elses(client, market, clock, model, service):
    buyer, other = market.user(), market.user()
    bought(market, buyer, 10)
    own = {**service, "X-User-Id": str(buyer), "X-User-Roles": "BUYER"}
    assert asked(client, buyer, own)["churn_risk"] is not None
    assert client.get(f"/v1/ml/users/{other}/churn", headers=own).status_code == 403
    assert client.get(f"/v1/ml/users/{other}/churn").status_code == 401


def test_a_damaged_model_is_replaced_by_the_one_that_served_before(client, market, clock, model, service):
    buyer = market.user()
    bought(market, buyer, 10)
    newer = model_serves(intercept=3.0)
    ModelFilePart.objects.filter(model_version=newer).update(data=b"nonsense")
    serving_forget("churn")
    assert asked(client, buyer, service)["model_version"] == str(model.version)


def test_days_are_counted_by_seouls_clock():
    assert day_number(seoul("1970-01-02 12:00")) == 1.5
    assert day_number(seoul("1970-01-01 00:00") + timedelta(hours=6)) == 0.25


def test_with_too_few_buyers_nothing_is_trained(market, clock, looks):
    bought(market, market.user(), 10, 200)
    with pytest.raises(Exception, match=r"buyers had an order before the cut-off|held out"):
        call_command("train", "churn", "--dry-run")
