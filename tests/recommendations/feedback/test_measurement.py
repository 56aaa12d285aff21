"""What the path and the page tell: people counted once, intervals, and whether it may be believed yet."""

import pytest
from django.test import Client
from scipy import stats

from recommendations.models import Experiment
from recommendations.services.experiments import experiments_reread
from tests.analytics.plain_sql import rows
from tests.console.people import member_of
from tests.factories import seoul
from tests.recommendations.feedback.story import experiment, paid, served, told, work_out

pytestmark = pytest.mark.django_db

PATH, PAGE = "/v1/recommendations/measurement", "/admin/recommendations/measurement/"
ADD = "/admin/recommendations/experiment/add/"


@pytest.fixture
def shop(market, clock, settings):
    """Three members and a visitor over two days; one clicked on both days, one bought and had it paid back."""
    settings.RATE_LIMIT_PER_MINUTE = 0
    made = experiment(first="2025-11-10", days=20, planned=10)
    product, members = market.product(), [market.user() for _ in range(3)]
    for user, variant in zip(members, ["old", "new", "new"], strict=True):
        for day in ("12", "13"):
            request = served(product, user=user, at=f"2025-11-{day} 10:00", experiment=made.id, variant=variant)
            if user == members[0]:
                told(request, ("click", product), at=f"2025-11-{day} 10:01")
    served(product, visitor="session", at="2025-11-13 10:00", experiment=made.id, variant="old")
    order = paid(market, members[1], (product, 1, 12_900), at="2025-11-14 09:00", status="REFUNDED")
    work_out()
    yield made, members, order
    Experiment.objects.all().delete()
    experiments_reread()


def answer(headers, **query):
    return Client().get(PATH, query, headers=headers)


def test_over_two_days_each_person_is_one(shop, service):
    made, _members, _order = shop
    data = answer(service, **{"from": "2025-11-12", "to": "2025-11-13"}).json()["data"]
    old, new = sorted(data["rows"], key=lambda row: row["variant"], reverse=True)
    assert (old["people"], old["members"], old["exposures"], old["clicks"], old["people_clicked"]) == (2, 1, 3, 2, 1)
    assert (new["people"], new["members"], new["conversions"], new["refunded"]) == (2, 2, 1, 1)
    assert (new["revenue"], new["refunded_revenue"], new["experiment"]) == (12_900, 12_900, made.id)
    wanted = stats.binomtest(1, 2).proportion_ci(0.95, "wilson")
    assert old["click_rate"] == {"value": 0.5, "low": round(wanted.low, 6), "high": round(wanted.high, 6)}
    assert new["revenue_per_person"]["value"] == 6_450
    assert old["click_share"]["value"] == round(2 / 3, 6)
    assert [(row["date"], row["variant"], row["people"]) for row in data["by_day"]] == [
        ("2025-11-12", "new", 2),
        ("2025-11-12", "old", 1),
        ("2025-11-13", "new", 2),
        ("2025-11-13", "old", 2),
    ]
    assert (data["complete_until"], data["people_from"]) == ("2025-11-12", None)
    [told_of] = data["experiments"]
    assert (told_of["people"], told_of["enough"], told_of["state"]) == (4, False, "running")
    assert {effect["verdict"] for effect in told_of["effects"]} == {"not_yet"}


def test_only_admins_and_services_read_it(shop, service, visitor, user):
    asked = [service, user(1, "ADMIN"), user(1), user(1, "SELLER"), visitor]
    assert [answer(headers).status_code for headers in asked] == [200, 200, 403, 403, 401]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2025-11-20", "to": "2025-11-19"}, "to"),
        ({"to": "2025-11-19"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"from": "1999-01-01"}, "from"),
        ({"surface": "moon"}, "surface"),
        ({"experiment": "0"}, "experiment"),
        ({"since": "2025"}, "since"),
    ],
)
def test_what_can_not_be_asked_is_a_400_with_its_field(db, clock, service, query, field):
    found = answer(service, **query)
    assert found.status_code == 400
    assert list(found.json()["error"]["details"]["fields"]) == [field]


def test_a_surface_and_an_experiment_narrow_it(shop, service):
    made, members, _order = shop
    served(11, user=members[0], at="2025-11-13 11:00", surface="popular", algorithm="popular")
    work_out()
    count = {
        words: len(answer(service, **query).json()["data"]["rows"])
        for words, query in {
            "all": {},
            "popular": {"surface": "popular"},
            "experiment": {"experiment": made.id},
            "other": {"experiment": made.id + 1},
        }.items()
    }
    assert count == {"all": 3, "popular": 1, "experiment": 2, "other": 0}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_opens_and_says_not_yet(shop, client, language):
    client.force_login(member_of("analyst"))
    page = client.get(PAGE, headers={"Accept-Language": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert "blend 7 · new" in text
    if language == "en":
        assert "personal · blend 7 · new" in text
        assert "Not yet: 4 of 10 people." in text
    saved = b"".join(client.get(PAGE, {"export": "csv"}).streaming_content).decode()
    assert saved.count("\n") == 5


def test_the_page_of_a_market_without_any_recommendation_opens(client, db):
    client.force_login(member_of("analyst"))
    assert client.get(PAGE, {"period": "year", "surface": "basket"}).status_code == 200


def form(**changes):
    given = {
        "name": "kimchi",
        "surface": "personal",
        "starts_at_0": "2025-11-21",
        "starts_at_1": "00:00",
        "ends_at_0": "2025-12-05",
        "ends_at_1": "00:00",
        "planned_people": "1000",
        "variants-TOTAL_FORMS": "2",
        "variants-INITIAL_FORMS": "0",
        "variants-0-name": "old",
        "variants-0-share": "50",
        "variants-0-settings": "{}",
        "variants-1-name": "new",
        "variants-1-share": "50",
        "variants-1-settings": '{"algorithm": "blend"}',
    }
    return given | changes


def test_an_experiment_is_made_in_the_admin(client, clock, db):
    client.force_login(member_of("data_admin"))
    assert client.post(ADD, form()).status_code == 302
    made = Experiment.objects.get()
    assert (made.starts_at, made.owner) == (seoul("2025-11-21"), "one-data_admin")
    assert [(each.name, each.share) for each in made.variants.order_by("id")] == [("old", 50), ("new", 50)]
    client.force_login(member_of("analyst"))
    assert client.get(ADD).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"variants-1-share": "49"},
        {"variants-TOTAL_FORMS": "1", "variants-0-share": "100"},
        {"ends_at_0": "2025-11-20"},
        {"ends_at_0": "2026-06-05"},
        {"starts_at_0": "2025-11-19"},
        {"planned_people": "0"},
    ],
)
def test_an_experiment_that_could_say_nothing_is_refused(client, clock, db, changes):
    client.force_login(member_of("data_admin"))
    assert client.post(ADD, form(**changes)).status_code == 200
    assert not Experiment.objects.exists()


def test_on_one_surface_one_experiment_runs_at_a_time(client, clock, db):
    client.force_login(member_of("data_admin"))
    other = experiment(first="2025-11-10", days=12)
    assert client.post(ADD, form()).status_code == 200
    Experiment.objects.filter(id=other.id).update(stopped_at=seoul("2025-11-20"))
    assert client.post(ADD, form()).status_code == 302


def test_what_has_begun_can_only_be_called_off(client, clock, db):
    client.force_login(member_of("data_admin"))
    made = experiment(first="2025-11-19")
    address = f"/admin/recommendations/experiment/{made.id}/change/"
    assert client.get(address).status_code == 200
    changed = {"planned_people": "5", "stopped_at_0": "2025-11-20", "stopped_at_1": "11:00", "note": "enough"}
    assert client.post(address, form(**changed) | {"variants-TOTAL_FORMS": "0"}).status_code == 302
    made.refresh_from_db()
    assert (made.planned_people, made.stopped_at, made.note) == (1_000, seoul("2025-11-20 11:00"), "enough")
    assert made.variants.count() == 2
    assert client.get(address.replace("change", "delete")).status_code == 403
    assert rows("SELECT COUNT(*) FROM recommendation_experiments") == [(1,)]
