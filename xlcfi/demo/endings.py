"""Korean sentence endings: one stem, every form that a review needs.

A predicate is written as its stem, with what cannot be told from the stem:
`좋/좋아` the form before 요 after a slash, `추천하!` an exclamation mark for a verb of action in the present,
`제 취향=` an equals sign for a noun with 이다. Stems in 하 and stems that end in ㅆ or ㅄ (왔, 있, 없) need nothing.
"""

from __future__ import annotations

from functools import cache

_FIRST = 0xAC00
_FINALS = 28
_N, _L, _LM, _M, _B = 4, 8, 10, 16, 17  # ㄴ ㄹ ㄻ ㅁ ㅂ as final consonants
_SS, _BS, _S, _H = 20, 18, 19, 27  # ㅆ ㅄ ㅅ ㅎ

#: The forms: 해요, 습니다, 네요, 더라고요, 음, 해, 네, 더라, 다, and the connectives 고, 는데, 지만.
ENDINGS = ("요", "습니다", "네요", "더라고요", "음", "해", "네", "더라", "다", "고", "는데", "지만")


def _final(text: str) -> int:
    return (ord(text[-1]) - _FIRST) % _FINALS


def _with_final(text: str, final: int) -> str:
    """`text` with the final consonant of its last syllable replaced."""
    code = ord(text[-1]) - _FIRST
    return text[:-1] + chr(_FIRST + code - code % _FINALS + final)


def _noun_forms(noun: str) -> dict[str, str]:
    """Forms of noun + 이다."""
    closed = _final(noun) != 0
    i = noun + "이" if closed else noun
    future = noun.endswith(" 거")  # 살 거예요, 살 겁니다
    return {
        "요": noun + ("이에요" if closed else "예요"),
        "습니다": noun[:-1] + "겁니다" if future else noun + "입니다",
        "네요": i + "네요",
        "더라고요": i + "더라고요",
        "음": noun + "임",
        "해": noun + ("이야" if closed else "야"),
        "네": i + "네",
        "더라": i + "더라",
        "다": i + "다",
        "고": i + "고",
        "는데": noun + "인데",
        "지만": i + "지만",
    }


def _softened(stem: str, informal: str) -> str:
    """The stem before ㄴ and ㅁ: 맵 -> 매우, 낫 -> 나으, 그렇 -> 그러; others as they are."""
    bare, final = _with_final(stem, 0), _final(stem)
    if final == _B and informal.endswith(("워", "와")):
        return bare + "우"
    if final == _S and informal.endswith(bare[-1:] + "아"):
        return bare + "으"
    if final == _H and not informal.endswith(("아", "어")):
        return bare
    return stem


@cache
def predicate_forms(predicate: str) -> dict[str, str]:
    """Every form in ENDINGS of a predicate in the notation above.

    Raises ValueError if its form before 요 is neither told nor regular.
    """
    if predicate.endswith("="):
        return _noun_forms(predicate[:-1])
    action = predicate.endswith("!")
    stem, _, told = predicate.rstrip("!").partition("/")
    final = _final(stem)
    past = final in (_SS, _BS)
    if told:
        informal = stem[: max(stem.rfind(" "), stem.rfind("~")) + 1] + told
    elif past:
        informal = stem + "어"
    elif stem.endswith("하"):
        informal = stem[:-1] + "해"
    else:
        raise ValueError(f"the form before 요 of {predicate!r} must be told")
    light = _with_final(stem, 0) if final == _L else stem  # ㄹ is dropped before ㄴ and ㅂ
    soft = _softened(light, informal)
    if past or action:
        background = light + "는데"
    elif _final(soft):
        background = soft + "은데"
    else:
        background = _with_final(soft, _N) + "데"
    acting = light + "는다" if _final(light) else _with_final(light, _N) + "다"
    if final == _L:
        # 힘듦, but 달음 and 거칠음: what people write where the rule's 닮 would read as another word.
        nominal = _with_final(stem, _LM) if stem.endswith("들") else stem + "음"
    else:
        nominal = soft + "음" if _final(soft) else _with_final(soft, _M)
    return {
        "요": informal + "요",
        "습니다": light + "습니다" if _final(light) else _with_final(light, _B) + "니다",
        "네요": light + "네요",
        "더라고요": stem + "더라고요",
        "음": nominal,
        "해": informal,
        "네": light + "네",
        "더라": stem + "더라",
        "다": acting if action and not past else stem + "다",
        "고": stem + "고",
        "는데": background,
        "지만": stem + "지만",
    }
