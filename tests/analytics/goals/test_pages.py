"""The admin's pages of goals: who sees and does what, and what they show."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.glossary.book import ENTRIES
from analytics.models import Anomaly, SavedView, Series, Target, TargetAlert
from analytics.services.goals.anomalies import anomalies_find
from tests.analytics.goals.conftest import write_day

pytestmark = pytest.mark.django_db
ANOMALIES, TARGETS = "/admin/analytics/anomalies/", "/admin/analytics/targets/"
VIEWS, GLOSSARY = "/admin/analytics/saved-views/", "/admin/analytics/glossary/"
PAGES = [ANOMALIES, TARGETS, VIEWS, GLOSSARY]


@pytest.fixture
def someone(db, clock):
    """Logs in as a member of a group; without one, as staff who may nothing."""

    def log_in(group=None, language="en"):
        user = User.objects.create_user(f"in {group}", password="x" * 16, is_staff=True)
        if group:
            user.groups.add(Group.objects.get(name=group))
        client = Client(headers={"accept-language": language})
        client.force_login(user)
        return client

    return log_in


def text(answer):
    return unescape(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", PAGES)
def test_an_analyst_opens_every_page_in_both_languages(someone, path, language):
    assert someone("analyst", language).get(path).status_code == 200


@pytest.mark.parametrize("path", [ANOMALIES, TARGETS, VIEWS])
def test_staff_without_rights_and_strangers_see_nothing(someone, path):
    assert someone().get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_odd_days_stand_on_the_chart_and_are_acknowledged(someone, shop):
    write_day(shop.day(116), (shop.orders[116] * 4).tolist(), shop.revenue[116] * 4)
    anomalies_find()
    client = someone("analyst")
    page = f"{ANOMALIES}?series=orders_day"
    shown = text(client.get(page))
    assert "2025-11-16" in re.search(r'<ul class="console-anomalies">.*?</ul>', shown, re.S).group()
    odd = Anomaly.objects.get(series=Series.ORDERS_DAY, day="2025-11-16")
    answer = client.post(ANOMALIES, {"anomaly": odd.pk, "series": "orders_day", "note": " a sale\non tv "}, follow=True)
    assert "in analyst" in text(answer)
    assert "a sale on tv" in text(answer)
    odd.refresh_from_db()
    assert (odd.acknowledged_by, odd.note) == ("in analyst", "a sale on tv")


@pytest.mark.parametrize("number", ["", "x", "-1", str(2**80)])
def test_acknowledging_what_is_not_there_says_so(someone, number):
    answer = someone("analyst").post(ANOMALIES, {"anomaly": number, "series": "//evil.example"}, follow=True)
    assert answer.redirect_chain == [(f"{ANOMALIES}?series=", 302)]
    assert "There is no such anomaly." in text(answer)


def test_an_operator_sees_anomalies_and_acknowledges_none(someone, shop):
    assert someone("operator").get(ANOMALIES).status_code == 200
    client = Client()
    client.force_login(User.objects.get(username="in operator"))
    assert client.post(ANOMALIES, {"anomaly": 1}).status_code == 403


def test_the_page_of_targets_shows_how_far_they_are_for_a_fixed_number_of_statements(someone):
    client = someone("analyst")

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(TARGETS).status_code == 200
        return len(seen)

    for number in range(12):
        target = Target.objects.create(
            name=f"goal {number}",
            metric="orders",
            period="month",
            first=date(2025, 11, 1),
            last=date(2025, 11, 30),
            amount=5,
        )
        if number == 0:
            cost()
            few = cost()
    TargetAlert.objects.create(
        target=target, at="2025-11-05T00:00+09:00", before="on_track", status="at_risk", actual=0, expected=1
    )
    assert cost() == few
    assert "goal 11" in text(client.get(TARGETS))


def test_an_analyst_makes_changes_and_removes_a_target_by_the_same_rules_as_over_http(someone):
    client = someone("analyst")
    given = {
        "name": "g",
        "metric": "net_revenue",
        "scope": "all",
        "scope_id": "0",
        "period": "month",
        "first": "2025-11-20",
    }
    refused = client.post("/admin/analytics/target/add/", {**given, "amount": "-5"})
    assert "more than nothing" in text(refused)
    refused = client.post("/admin/analytics/target/add/", {**given, "amount": "5", "scope": "seller", "scope_id": "77"})
    assert "There is no such seller." in text(refused)
    made = client.post("/admin/analytics/target/add/", {**given, "amount": "500"})
    assert made.status_code == 302, text(made)
    target = Target.objects.get()
    assert (str(target.first), str(target.last), target.currency, target.owner) == (
        "2025-11-01",
        "2025-11-30",
        "KRW",
        "in analyst",
    )
    # Two thirds of the month are over without a sale.
    assert [alert.status for alert in target.alerts.all()] == ["at_risk"]
    page = f"/admin/analytics/target/{target.pk}/change/"
    changed = client.post(page, {**given, "last": "2025-11-30", "amount": "900"})
    assert changed.status_code == 302, text(changed)
    target.refresh_from_db()
    assert target.amount == 900
    client.post(f"/admin/analytics/target/{target.pk}/delete/", {"post": "yes"})
    assert not Target.objects.exists()


def test_who_may_not_change_targets_is_refused(someone):
    client = someone("operator")
    assert client.get("/admin/analytics/target/add/").status_code == 403
    assert client.get(TARGETS).status_code == 403


def test_the_page_that_one_comes_from_is_filled_in_saved_opened_and_deleted(someone):
    client = someone("analyst")
    came = "/admin/analytics/target/?status=missed"
    shown = client.get(VIEWS, headers={"referer": f"http://testserver{came}"})
    assert f'value="{came}"' in text(shown)
    for elsewhere in (
        "http://evil.example/admin/",
        "http://testserver/v1/schema",
        "http://testserver/admin/logout/",
        "http://[x",
    ):
        assert 'value=""' in text(client.get(VIEWS, headers={"referer": elsewhere}))
    client.post(VIEWS, {"action": "save", "name": "v", "address": f"http://testserver{came}", "shared": "on"})
    view = SavedView.objects.get()
    assert (view.url, view.shared) == (came, True)
    assert f'href="{came}"' in text(client.get(VIEWS))
    client.post(VIEWS, {"action": "hide", "view": view.pk})
    client.post(VIEWS, {"action": "delete", "view": view.pk})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("path", ["/admin/", f"{ANOMALIES}?series=orders_day", "/admin/platform/order/?status=PAID"])
def test_a_page_with_choices_is_saved_where_it_is_and_stays_open(someone, path):
    client = someone("analyst")
    shown = text(client.get(path))
    form = re.search(r'<details class="console-save">.*?</details>', shown, re.S).group()
    assert f'action="{VIEWS}"' in form
    given = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert given["address"] == path
    answer = client.post(VIEWS, {**given, "name": " my\nview "}, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Saved as “my view”." in text(answer)
    assert f'href="{path}"' in text(client.get(VIEWS))


def test_only_whoever_may_keep_views_is_offered_to_and_no_form_of_elsewhere_saves(someone):
    assert "console-save" not in text(someone("operator").get("/admin/platform/order/"))
    client = someone("analyst")
    assert "console-save" not in text(client.get(TARGETS))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="in analyst"))
    assert strict.post(VIEWS, {"action": "save", "name": "v", "address": ANOMALIES, "stay": "1"}).status_code == 403
    assert not SavedView.objects.exists()


def test_an_address_elsewhere_is_refused_with_words(someone):
    answer = someone("analyst").post(VIEWS, {"action": "save", "name": "v", "address": "//evil.example"}, follow=True)
    assert "Is no page of this admin." in text(answer)
    assert someone("data_admin").post(VIEWS, {"action": "open"}).status_code == 403


def test_the_glossary_has_an_anchor_for_every_entry_and_is_searched_in_both_languages(someone):
    client = someone("analyst", "ko")
    shown = text(client.get(GLOSSARY))
    for key, entry in ENTRIES.items():
        assert f'id="{key}"' in shown
        assert entry.name.ko in shown
        assert entry.sql in shown
    found = text(client.get(f"{GLOSSARY}?q=순매출 환불"))
    assert 'id="net_revenue"' in found
    assert 'id="blockchain"' not in found
    assert (
        "<script>" not in text(client.get(f"{GLOSSARY}?q=<script>")).split("<main")[-1].split('id="glossary-words"')[0]
    )


def test_every_page_and_list_is_saved_as_a_file(someone):
    client = someone("analyst")
    for path in (ANOMALIES, TARGETS, GLOSSARY):
        answer = client.get(f"{path}?export=csv")
        assert answer["Content-Type"].startswith("text/csv"), path
