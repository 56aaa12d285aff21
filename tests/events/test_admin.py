"""Dead letters in the admin: found, read, sent through again or given up by whoever may, and never edited."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import translation

from tests.events.samples import payment, payments, record
from xlcfi.events.admin_handling import AT_ONCE
from xlcfi.events.apply import Applier
from xlcfi.events.models import DeadLetter

pytestmark = pytest.mark.django_db

LIST = "/admin/events/deadletter/"


def person(name, *rights):
    user = get_user_model().objects.create_user(name, password="a long enough password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights, content_type__app_label="events"))
    return user


@pytest.fixture
def analyst(client):
    client.force_login(person("analyst", "view_deadletter", "retry_deadletter", "discard_deadletter"))
    return client


@pytest.fixture
def letter(group):
    Applier(group()).apply([record("김치".encode() + b"\xff{", partition=3)])
    return DeadLetter.objects.get()


@pytest.fixture
def flaky(group, effects, monkeypatch):
    """A group whose handler fails while `broken` is not empty; three payments have failed in it."""
    broken = [True]

    def handle(batch):
        if broken:
            raise KeyError("a bug")
        effects.add(batch)

    mine = group(handle)
    monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
    Applier(mine).apply(payments(3))
    return broken


def page_of(letter):
    return f"{LIST}{letter.pk}/change/"


def text_of(answer):
    return answer.content.decode()


def listed(client, **query):
    """The numbers of the letters in the list."""
    found = re.findall(r"deadletter/(\d+)/change/", text_of(client.get(LIST, query)))
    return sorted({int(number) for number in found})


def act(client, action, letters, **more):
    return client.post(LIST + "?state=all", {"action": action, "_selected_action": [one.pk for one in letters], **more})


# --- Finding and reading


def test_a_dead_letter_is_found_by_its_state_cause_group_topic_reason_and_day(analyst, letter):
    day = letter.created_at.astimezone().date()
    for query in (
        {"state": "new"},
        {"cause__exact": "input"},
        {"group": letter.group},
        {"topic": "payment.completed"},
        {"reason": "not_json"},
        {"created_at__year": day.year, "created_at__month": day.month},
        {"created_at__gte": "2020-01-01 00:00:00+09:00"},
    ):
        assert listed(analyst, **query) == [letter.pk], query
    for query in ({"state": "discarded"}, {"cause__exact": "handler"}, {"reason": "missing"}, {"group": "other"}):
        assert listed(analyst, **query) == [], query


def test_a_search_finds_by_number_key_record_event_and_message(analyst, group):
    Applier(group()).apply(
        [
            record(payment(eventId="evt-a", userId=0), key=b"order-77", offset=1),
            record(payment(eventId="evt-b", amount="much"), key=b"\xff", offset=2),
        ]
    )
    wanted, other = DeadLetter.objects.order_by("id")
    for term in ("order-77", "evt-a", "completed-0-1", f"#{wanted.pk}", "0 can"):
        assert listed(analyst, q=term) == [wanted.pk], term
    for term in ("no such", "9" * 40, "\x00", "²"):
        assert analyst.get(LIST, {"q": term}).status_code == 200
    assert other.pk in listed(analyst, q="evt-b")


def test_only_what_waits_is_listed_unless_more_is_asked_for_or_searched(analyst, letter):
    DeadLetter.objects.update(state="discarded")
    assert listed(analyst) == []
    assert listed(analyst, state="all") == listed(analyst, q="not JSON") == [letter.pk]


def test_everything_about_a_letter_can_be_read(analyst, group, letter):
    shown = text_of(analyst.get(page_of(letter)))
    assert "김치" in shown
    assert "ea b9 80 ec b9 98 ff 7b" in shown  # its bytes
    DeadLetter.objects.all().delete()
    headers = (("__TypeId__", b"com.xlcfi.Payment"), ("kafka_dlt-original-partition", b"\x00\x00\x00\x02"), ("n", None))
    value = payment(userId=0, note="<script>alert(1)</script>")
    Applier(group()).apply([record(value, key=b"order-7", headers=headers, offset=4_711)])
    shown = text_of(analyst.get(page_of(DeadLetter.objects.get())))
    for words in ("order-7", "com.xlcfi.Payment", "2 (0x00000002)", "4711", "2025-11-20", "userId", "35900.0"):
        assert words in shown, words
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_large_payload_is_shown_in_its_beginning(analyst, group):
    Applier(group()).apply([record(payment(userId=0, note="김" * 400_000))])
    answer = analyst.get(page_of(DeadLetter.objects.get()))
    assert "only the beginning is shown" in text_of(answer)
    assert "2.4 MB" in text_of(answer)
    assert len(answer.content) < 200_000


def test_nothing_can_be_added_changed_or_deleted(analyst, letter):
    assert analyst.get(f"{LIST}add/").status_code == 403
    assert analyst.post(page_of(letter), {"reason": "x"}).status_code == 403
    assert analyst.post(f"{LIST}{letter.pk}/delete/", {"post": "yes"}).status_code == 403
    act(analyst, "delete_selected", [letter], post="yes")
    shown = text_of(analyst.get(page_of(letter))).split('id="deadletter_form"')[1]
    assert not re.search(r'<(textarea|select)|<input type="(text|number|submit)"', shown)
    assert DeadLetter.objects.get().reason == "not_json"


# --- Doing


def test_sending_through_again_asks_first_and_leaves_two_traces(analyst, flaky, effects):
    flaky.clear()
    first = DeadLetter.objects.earliest("id")
    assert "Yes, send through again" in text_of(act(analyst, "retry", [first]))
    assert effects.orders() == []
    told = text_of(act(analyst, "retry", [first], confirmed="yes"))
    assert "applied" in told
    assert effects.orders() == [1]
    first.refresh_from_db()
    assert first.state == "retried"
    [entry] = first.history
    assert (entry["who"], entry["what"], entry["note"]) == ("analyst", "retried", "applied")
    [logged] = LogEntry.objects.all()
    assert (logged.user.username, logged.object_id) == ("analyst", str(first.pk))
    assert logged.change_message == "Sent through again: applied"
    assert "analyst" in text_of(analyst.get(page_of(first)))


def test_each_letter_is_told_what_became_of_it(analyst, flaky, effects):
    one, two, three = DeadLetter.objects.order_by("id")
    act(analyst, "discard", [three], confirmed="yes", reason="a test order")
    told = text_of(act(analyst, "retry", [one, two, three], confirmed="yes"))
    assert told.count("failed again: KeyError: &#x27;a bug&#x27;") == 2
    assert "was settled already: discarded" in told
    assert "Not: 3" in told
    flaky.clear()
    told = text_of(act(analyst, "retry", [one, two], confirmed="yes"))
    assert "Sent through: 2" in told
    one.refresh_from_db()
    assert [entry["what"] for entry in one.history] == ["retry failed", "retried"]
    assert effects.orders() == [1, 2]


def test_the_button_on_a_letters_page_leads_back_to_it(analyst, flaky):
    flaky.clear()
    letter = DeadLetter.objects.earliest("id")
    assert "events-actions" in text_of(analyst.get(page_of(letter)))
    asked = text_of(act(analyst, "retry", [letter], from_letter="1"))
    assert f'href="{page_of(letter)}"' in asked
    answer = act(analyst, "retry", [letter], from_letter="1", confirmed="yes")
    assert answer.url == page_of(letter)
    shown = text_of(analyst.get(answer.url))
    assert f"Dead letter {letter.pk}: applied" in shown
    assert "events-actions" not in shown


def test_giving_up_needs_a_reason(analyst, flaky):
    letters = list(DeadLetter.objects.order_by("id"))[:2]
    asked = text_of(act(analyst, "discard", letters))
    assert "2 dead letters are given up for good" in asked
    for nothing in ("", "  \n ", "\x00"):
        again = text_of(act(analyst, "discard", letters, confirmed="yes", reason=nothing))
        assert "Say why" in again
    assert not DeadLetter.objects.filter(state="discarded").exists()
    act(analyst, "discard", letters, confirmed="yes", reason=" a test\norder ")
    assert {each.history[0]["note"] for each in DeadLetter.objects.filter(state="discarded")} == {"a test order"}
    assert {entry.change_message for entry in LogEntry.objects.all()} == {"Discarded: a test order"}
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize(("right", "action"), [("retry_deadletter", "retry"), ("discard_deadletter", "discard")])
def test_each_right_is_needed_for_its_own_action(client, flaky, right, action):
    flaky.clear()
    letter = DeadLetter.objects.earliest("id")
    client.force_login(person("viewer", "view_deadletter"))
    shown = text_of(client.get(page_of(letter)))
    assert "events-actions" not in shown
    act(client, action, [letter], confirmed="yes", reason="no right")
    letter.refresh_from_db()
    assert letter.state == "new"
    client.force_login(person("other", "view_deadletter", right))
    shown = text_of(client.get(page_of(letter)))
    assert [name in shown for name in ('value="retry"', 'value="discard"')] == [action == "retry", action == "discard"]
    act(client, action, [letter], confirmed="yes", reason="because")
    letter.refresh_from_db()
    assert letter.state != "new"


def test_whoever_may_not_look_sees_nothing(client, letter):
    client.force_login(person("nobody"))
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(letter)).status_code == 403


def test_more_than_a_page_should_handle_is_left_to_the_command(analyst, group):
    Applier(group(), limited=False).apply([record(b"{", offset=offset) for offset in range(AT_ONCE + 1)])
    letters = list(DeadLetter.objects.all())
    for some, more in (
        (letters, {}),
        (letters, {"confirmed": "yes", "reason": "x"}),
        (letters[:1], {"select_across": 1}),
    ):
        answer = act(analyst, "discard", some, **more)
        assert "manage.py dead_letters discard --all" in text_of(analyst.get(answer.url))
    assert not DeadLetter.objects.exclude(state="new").exists()
    assert f"{AT_ONCE} dead letters" in text_of(act(analyst, "discard", letters[1:]))


def test_a_letter_of_a_group_that_is_gone_is_said_to_be_so(analyst, letter):
    told = text_of(act(analyst, "retry", [letter], confirmed="yes"))
    assert f"no app of this release serves {letter.group}" in told


def test_the_pages_speak_korean_and_english(analyst, letter):
    for language, words in (("ko", ["데드레터", "JSON이 아님", "다시 처리"]), ("en", ["Dead letters", "not JSON"])):
        analyst.cookies["django_language"] = language
        shown = text_of(analyst.get(LIST)) + text_of(analyst.get(page_of(letter)))
        assert all(word in shown for word in words), language
    with translation.override("ko"):
        assert str(DeadLetter._meta.get_field("reason").verbose_name) == "사유"
