"""Dead letters in the admin: to be found and read, not to be edited."""

import pytest
from django.contrib.auth import get_user_model

from tests.events.samples import record
from xlcfi.events.apply import Applier
from xlcfi.events.models import DeadLetter

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client):
    client.force_login(get_user_model().objects.create_superuser("analyst", password="a long enough password"))
    return client


@pytest.fixture
def letter(group):
    Applier(group()).apply([record("김치".encode() + b"\xff{", partition=3)])
    return DeadLetter.objects.get()


def test_dead_letters_can_be_found_and_read(analyst, letter):
    found = analyst.get("/admin/events/deadletter/", {"q": letter.record_id, "reason": "not_json", "state": "new"})
    assert found.status_code == 200
    assert letter.record_id.encode() in found.content or b"not_json" in found.content
    page = analyst.get(f"/admin/events/deadletter/{letter.pk}/change/")
    assert page.status_code == 200
    assert "김치" in page.content.decode()


def test_dead_letters_can_be_neither_added_nor_changed_nor_deleted(analyst, letter):
    assert analyst.get("/admin/events/deadletter/add/").status_code == 403
    assert analyst.post(f"/admin/events/deadletter/{letter.pk}/change/", {"reason": "x"}).status_code == 403
    assert analyst.post(f"/admin/events/deadletter/{letter.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_queue_can_be_looked_at(analyst):
    assert analyst.get("/admin/events/followup/").status_code == 200
