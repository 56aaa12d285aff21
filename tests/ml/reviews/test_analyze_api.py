"""POST /v1/ml/reviews/analyze: what it answers, to whom, and what it refuses."""

import json

import pytest

from ml.reviews import shipped
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db
PATH = "/v1/ml/reviews/analyze"


@pytest.fixture
def service(settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    return {"X-Internal-Token": internal_token_mint()}


def asked(client, headers, body, status=200):
    answer = client.post(PATH, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_texts_are_answered_in_their_order_with_aspects_quoted_letter_by_letter(client, service):
    texts = ["맛은 있는데 배송이  늦어요ㅠㅠ", "", "Great product, fast delivery!", "정말 맛있어요. 또 살게요"]
    data = asked(client, service, {"texts": texts, "keywords": False})["data"]
    assert data["model_version"] == "shipped-1"
    mixed, empty, english, praise = data["results"]
    assert [(each["aspect"], each["sentiment"]) for each in mixed["aspects"]] == [
        ("TASTE", "POSITIVE"),
        ("DELIVERY", "NEGATIVE"),
    ]
    assert all(each["evidence"] in texts[0] for each in mixed["aspects"])
    assert mixed["aspects"][1]["evidence"] == "배송이  늦어요ㅠㅠ"
    assert (empty["sentiment"], empty["score"], empty["aspects"]) == ("NEUTRAL", 0, [])
    assert english["sentiment"] == praise["sentiment"] == "POSITIVE"
    assert all(-1 <= one["score"] <= 1 and 0 <= one["confidence"] <= 1 for one in data["results"])
    assert [one["keywords"] for one in data["results"]] == [[]] * 4


def test_keywords_are_nouns_and_phrases_found_by_a_tokenizer_in_another_process(client, service):
    [one] = asked(client, service, {"texts": ["포장 상태가 꼼꼼하고 딸기가 정말 신선해요. 딸기 또 살게요"]})["data"][
        "results"
    ]
    assert "포장 상태" in one["keywords"]
    assert "딸기" in one["keywords"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"texts": ["좋아요"] * 1_001}, 413, "PAYLOAD_TOO_LARGE", "texts"),
        ({"texts": ["좋아요", "가" * 10_001]}, 413, "PAYLOAD_TOO_LARGE", "texts.1"),
        ({"texts": []}, 400, "INVALID_INPUT", "texts"),
        ({}, 400, "INVALID_INPUT", "texts"),
        ({"texts": "좋아요"}, 400, "INVALID_INPUT", "texts"),
        ({"texts": ["좋아요"], "words": True}, 400, "INVALID_INPUT", "words"),
    ],
)
def test_what_is_refused_names_its_field(client, service, body, status, code, field):
    error = asked(client, service, body, status)["error"]
    assert error["code"] == code
    assert field in error["details"]["fields"]


def test_a_thousand_texts_and_ten_thousand_letters_are_taken(client, service):
    assert len(asked(client, service, {"texts": ["좋아요"] * 1_000, "keywords": False})["data"]["results"]) == 1_000
    [one] = asked(client, service, {"texts": ["맛있어요 " * 2_000], "keywords": False})["data"]["results"]
    assert one["sentiment"] == "POSITIVE"


def test_admins_and_services_may_ask_and_nobody_else(client, service):
    body = {"texts": ["좋아요"], "keywords": False}
    asked(client, service | {"X-User-Id": "7", "X-User-Roles": "ADMIN"}, body)
    for role in ("BUYER", "SELLER"):
        asked(client, service | {"X-User-Id": "7", "X-User-Roles": role}, body, 403)
    asked(client, {}, body, 401)


def test_a_damaged_shipped_model_is_never_read_and_lists_of_words_answer(client, service, tmp_path, monkeypatch):
    for name in (shipped.ARRAYS, shipped.CARD):
        (tmp_path / name).write_bytes((shipped.FOLDER / name).read_bytes())
    with (tmp_path / shipped.ARRAYS).open("r+b") as file:
        file.seek(5_000)
        file.write(b"\x01\x02")
    with pytest.raises(shipped.ShippedDamaged):
        shipped.shipped_files(tmp_path)

    def refused():
        raise shipped.ShippedDamaged("another SHA-256")

    monkeypatch.setattr(shipped, "shipped_reader", refused)
    data = asked(client, service, {"texts": ["정말 맛있어요"]})["data"]
    assert data["model_version"] == "lexicon-1"
    assert data["results"][0]["sentiment"] == "POSITIVE"
