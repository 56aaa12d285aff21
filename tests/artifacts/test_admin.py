"""Models in the admin: read by everybody who may, rolled back by operators, chosen and retired by data admins."""

import re
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from tests.artifacts.toys import stored
from tests.console.people import member_of
from xlcfi.artifacts.models import ModelDrift, ModelTraining, ModelVersion
from xlcfi.artifacts.serving import serving

pytestmark = pytest.mark.django_db

LIST = "/admin/artifacts/modelversion/"
PAGE = "/admin/artifacts/models/"


@pytest.fixture
def as_one(client):
    def enter(group):
        client.force_login(member_of(group))
        return client

    return enter


def act(client, action, row, **more):
    form = {"action": action, "_selected_action": row.pk, **more}
    return client.post(LIST, form, follow=True)


def chosen(client, action, row):
    return act(client, action, row, confirmed="yes", why="the new one is odd")


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def state(row):
    return ModelVersion.objects.get(pk=row.pk).state


def test_the_list_shows_state_window_size_who_and_why(toy, as_one):
    stored(serves=True, metrics={"candidate": {"score": 0.31234}})
    told = text(as_one("analyst").get(LIST))
    for part in ("serving", "2025-01-01 – 2025-11-01", "score 0.3123", "kB", "kim", "to try it"):
        assert part in told


def test_a_versions_page_compares_it_with_baselines_and_the_one_that_serves(toy, as_one):
    stored(serves=True, metrics={"candidate": {"ndcg": 0.5}})
    row = stored(metrics={"candidate": {"ndcg": 0.31}, "baselines": {"popularity": {"ndcg": 0.2}}, "rows": 12})
    ModelDrift.objects.create(
        model_version=row, feature="orders", week=date(2025, 11, 17), psi=0.3, rows=900, level="alert"
    )
    told = text(as_one("analyst").get(f"{LIST}{row.pk}/change/"))
    assert "metric this version popularity serves now (1, on its own window) ndcg 0.3100 0.2000 0.5000" in told
    for part in ("shrinkage", "&quot;rows&quot;: 12", "2025-11-17 orders 0.300 900 alert", "kim – → kept aside"):
        assert part in told


def test_a_data_admin_chooses_any_version_after_a_page_that_asks_why(toy, as_one):
    first, second = stored(serves=True), stored(numbers=(8.0,))
    admin = as_one("data_admin")
    assert "Have this version serve…" in text(admin.get(f"{LIST}{second.pk}/change/"))
    asked = act(admin, "serve", second)
    assert "toy 2 serves instead of toy 1" in text(asked)
    assert "It was kept aside: the first one" in text(asked)
    assert "Say why" in text(act(admin, "serve", second, confirmed="yes", why=" "))
    assert (state(first), state(second)) == ("serving", "candidate")
    assert "toy 2 serves now" in text(chosen(admin, "serve", second))
    assert (state(first), state(second)) == ("retired", "serving")
    change = second.changes.latest("id")
    assert (change.who, change.before, change.after) == ("one-data_admin", "candidate", "serving")
    assert change.why == "the new one is odd"
    assert LogEntry.objects.get().change_message == "serve: the new one is odd"
    assert serving("toy").arrays["numbers"].tolist() == [8.0]


def test_an_operator_goes_back_to_what_served_before_and_does_nothing_else(toy, as_one):
    first, _second, third = stored(serves=True), stored(serves=True), stored()
    operator = as_one("operator")
    assert "Have this version serve…" in text(operator.get(f"{LIST}{first.pk}/change/"))
    assert "Have this version serve…" not in text(operator.get(f"{LIST}{third.pk}/change/"))
    assert "or not by you" in text(chosen(operator, "serve", third))
    chosen(operator, "retire", third)
    assert state(third) == "candidate"
    assert operator.post(PAGE, {"name": "toy"}).status_code == 403
    chosen(operator, "serve", first)
    assert state(first) == "serving"
    assert first.changes.latest("id").who == "one-operator"


def test_an_analyst_only_looks(toy, as_one):
    first = stored(serves=True)
    stored(serves=True)
    analyst = as_one("analyst")
    assert "Have this version serve" not in text(analyst.get(f"{LIST}{first.pk}/change/"))
    chosen(analyst, "serve", first)
    chosen(analyst, "retire", first)
    assert state(first) == "retired"
    assert not LogEntry.objects.exists()
    assert "Train again" not in text(analyst.get(PAGE))


def test_retiring_what_serves_warns_that_nothing_will(toy, as_one):
    row = stored(serves=True)
    admin = as_one("data_admin")
    assert "afterwards no version does" in text(act(admin, "retire", row))
    assert "toy 1 is retired" in text(chosen(admin, "retire", row))
    assert serving("toy") is None
    assert "or not by you" in text(chosen(admin, "retire", row))


def test_what_is_damaged_cannot_be_chosen_and_is_told_of(toy, as_one):
    stored(serves=True)
    broken = stored()
    ModelVersion.objects.filter(pk=broken.pk).update(sha256="0" * 64)
    admin = as_one("data_admin")
    assert "another checksum" in text(chosen(admin, "serve", broken))
    assert state(broken) == "candidate"
    ModelVersion.objects.filter(state="serving").update(damage="parts of its file are missing")
    assert "parts of its file are missing" in text(admin.get(PAGE))
    assert "damaged: an older version answers" in text(admin.get(LIST))


def test_one_version_is_chosen_at_a_time(toy, as_one):
    rows = [stored(), stored()]
    form = {"action": "serve", "_selected_action": [row.pk for row in rows], "confirmed": "yes", "why": "both"}
    assert "Choose one version." in text(as_one("data_admin").post(LIST, form, follow=True))
    assert {state(row) for row in rows} == {"candidate"}


def test_a_training_is_asked_for_and_its_state_is_seen(toy, as_one):
    admin = as_one("data_admin")
    assert "No version serves." in text(admin.get(PAGE))
    assert "A training of toy is queued." in text(admin.post(PAGE, {"name": "toy"}, follow=True))
    row = ModelTraining.objects.get()
    assert (row.state, row.asked_by) == ("queued", "one-data_admin")
    assert "There is no such model." in text(admin.post(PAGE, {"name": "gone"}, follow=True))
    ModelTraining.objects.update(state="running", stage="fitting", done=30, of=120)
    assert "running" in text(admin.get(PAGE))
    assert "fitting 25 %" in text(admin.get(PAGE))
    assert "fitting 25 %" in text(admin.get("/admin/artifacts/modeltraining/"))


def test_the_page_says_how_far_the_data_has_moved(toy, as_one):
    row = stored(serves=True)
    for week, level in ((date(2025, 11, 10), "alert"), (date(2025, 11, 17), "warning")):
        ModelDrift.objects.create(model_version=row, feature="orders", week=week, psi=0.2, rows=900, level=level)
    told = text(as_one("analyst").get(PAGE))
    assert "has moved away" in told
    assert "train it again" not in told


def test_the_pages_speak_korean(toy, as_one):
    row = stored(serves=True)
    admin = as_one("data_admin")
    with translation.override("ko"):
        pages = [PAGE, LIST, f"{LIST}{row.pk}/change/"]
        assert all("서비스 중" in text(admin.get(page, HTTP_ACCEPT_LANGUAGE="ko")) for page in pages[1:])
        assert "다시 학습" in text(admin.get(PAGE, HTTP_ACCEPT_LANGUAGE="ko"))
