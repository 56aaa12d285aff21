"""Rules and choices in the admin, and the page that says why."""

import pytest
from django.urls import reverse

from recommendations.models import PersonalisationChoice, PlacementRule
from tests.console.people import member_of
from tests.recommendations.telling import acted, bought, follow_up, shelf, tell

pytestmark = pytest.mark.django_db
RULE = {"surface": "all", "position": 1, "factor": "1", "most": 1, "first": "2025-11-01", "last": "2099-12-31"}


@pytest.fixture
def analyst(client, own_redis):
    client.force_login(member_of("analyst"))
    shelf(11, 12, 13)
    tell(bought(901, 11, 12), acted(902, 11, "click"))
    follow_up()
    return client


def why(client, **asked):
    page = client.get(reverse("admin:recommendations_why"), asked)
    assert page.status_code == 200
    return page.context.get("tiles"), page.content.decode()


def tiles(client, **asked):
    return {each.name: (each.value, each.hint) for each in why(client, **asked)[0]}


def test_an_analyst_makes_a_rule_and_it_says_who_and_why(analyst):
    add = reverse("admin:recommendations_placementrule_add")
    assert analyst.post(add, {**RULE, "kind": "pin", "product_id": 13, "reason": "설 명절"}).status_code == 302
    made = PlacementRule.objects.get()
    assert (made.kind, made.product_id, made.owner, made.reason) == ("pin", 13, "one-analyst", "설 명절")
    assert "설 명절" in analyst.get(reverse("admin:recommendations_placementrule_changelist")).content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "pin"}, "product_id"),
        ({"kind": "bury"}, "product_id"),
        ({"kind": "cap_seller", "product_id": 11}, "product_id"),
        ({"kind": "bury", "product_id": 11, "last": "2025-10-01"}, "last"),
        ({"kind": "boost", "product_id": 11, "factor": "101"}, "factor"),
        ({"kind": "bury", "product_id": 11, "reason": ""}, "reason"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(analyst, changed, field):
    answer = analyst.post(reverse("admin:recommendations_placementrule_add"), {**RULE, "reason": "x", **changed})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not PlacementRule.objects.exists()


def test_a_choice_told_by_telephone_is_entered(analyst):
    add = reverse("admin:recommendations_personalisationchoice_add")
    assert analyst.post(add, {"user_id": 902}).status_code == 302
    made = PersonalisationChoice.objects.get()
    assert (made.user_id, made.personalised, made.changed_by) == (902, False, "one-analyst")


def test_it_says_what_brought_a_product_forward_and_where_it_stands(analyst):
    found = tiles(analyst, user=902, product=12, surface="personal")
    assert found["source"] == ("bought together", "#11 p11")
    assert found["shown"][1] in ("position 1", "1번째", "순위 1") or "1" in found["shown"][1]
    assert (found["rank"][0], found["score"][0], found["algorithm"][0]) == ("1", "0.400000", "co-purchase")


def test_it_says_what_speaks_against_it_and_which_rule_concerns_it(analyst):
    from tests.analytics.plain_sql import rows

    rows("UPDATE products SET stock = 0 WHERE id = 12 RETURNING 1")
    rule = PlacementRule.objects.create(
        kind="bury", product_id=13, first="2025-01-01", last="2099-12-31", reason="상한 것 같음", owner="kim"
    )
    sold_out = tiles(analyst, user=902, product=12, surface="personal")
    assert sold_out["shown"][1] == ""
    assert sold_out["objection"] != tiles(analyst, user=902, product=13, surface="personal")["objection"]
    _, page = why(analyst, user=902, product=13, surface="personal")
    assert "상한 것 같음" in page
    assert reverse("admin:recommendations_placementrule_change", args=[rule.pk]) in page
    for surface, of in (("related", 11), ("similar", 11), ("popular", ""), ("basket", 11), ("session", 11)):
        assert tiles(analyst, user=902, product=12, surface=surface, of=of)["shown"][1] == ""


def test_without_a_product_it_shows_the_list_and_leads_to_the_reasons_of_each(analyst):
    shown, page = why(analyst, user=902)
    assert shown is None
    assert "?user=902&amp;surface=personal&amp;product=12" in page


def test_what_it_can_not_read_it_says_at_the_field(analyst):
    shown, page = why(analyst, user="x", product=12, surface="personal")
    assert shown is None
    assert 'role="alert"' in page
