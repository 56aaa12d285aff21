"""What stands before or behind an opinion and turns it over, or makes it stronger or weaker."""

import re

from ml.reviews.words_around import BOOSTERS, DAMPERS

# How many letters around an opinion can change it.
REACH = 20

# A syllable of an ending; after 요, 다, 네 or 죠 a new sentence has begun, whatever the punctuation.
_SYLLABLE = "(?:(?![요다네죠])[가-힣])"
_DENIED = "(?:않|안|못|마세|말)"
_ABSENT = "(?:없|안 ?[나느하해합할되됐된들보]|못 ?[하해합할느]|(?:느껴|나|들|보이|하)지(?:는|도)? ?않|아니|아닌|아닙)"
_STRESS = "(?:(?:전혀|하나도|아예|거의|정말|진짜|너무|별로|따로|딱히|1도|일도) ?)?"
_TURNED_BEHIND = re.compile(
    "|".join(
        (
            # 좋지(는) 않, 추천하고 싶지 않, 신선하진 못
            f"{_SYLLABLE}{{0,3}}?(?:고 ?싶)?[지진질](?:는|도|를|가|조차)? ?{_DENIED}",
            # 추천할 수(는) 없
            "(?:할|될|[가-힣]을) ?수(?:가|는|도)? ?없",
            # 추천하기(는) 어렵
            "하기(?:는|가|엔|에는|에)? ?(?:어렵|힘들|싫|꺼려|좀|그렇)",
            # 좋다고(는) 못, 좋다고 할 수 없
            "[가-힣]{0,2}고(?:는|도)? ?(?:못|할 ?수 ?없|하기)",
            # 맛있는지(는) 모르
            "[가-힣]{0,2}(?:지|줄)(?:는|은|도)? ?(?:잘 ?)?모르",
            # 나쁜 편은 아니, 최고는 아니
            f"{_SYLLABLE}{{0,3}} ?(?:편|정도|것|건|수준)?(?:은|는|이|가|도)? ?아[니닙닌]",
            # 좋은 점이 없
            f"[은는한운던]? ?(?:점|게|것|데|곳|부분)(?:이|가|은|는|도)? ?{_STRESS}없",
            # 비린내(가) 전혀 없, 재구매 의사 없, 만족 못 하, 부족함이 없
            "(?:함|음|감|성)?(?: ?(?:의사|생각|마음|느낌|일))?(?:이|가|은|는|도|을|를|이나|란|조차)? ?"
            f"{_STRESS}{_ABSENT}",
        )
    )
)
_TURNED_BEFORE = frozenset(("안", "못"))
_BETWEEN = frozenset(("더", "덜"))
_BOOSTERS, _DAMPERS = frozenset(BOOSTERS), frozenset(DAMPERS)
_LONGEST = max(map(len, (*BOOSTERS, *DAMPERS)))
BOOST, DAMP = 1.3, 0.6
# "Not good" is not quite bad, and "not bad" is less than good.
GOOD_DENIED, BAD_DENIED = -0.75, -0.45


def is_missing(text: str, end: int) -> bool:
    """Whether what is named just before text[end] is said not to be there."""
    return _TURNED_BEHIND.match(text[end : end + REACH]) is not None


def weight_in_place(weight: float, text: str, start: int, end: int) -> float:
    """The weight of an opinion at text[start:end] with what stands around it."""
    denials = int(is_missing(text, end))
    place, word = _word_before(text, start)
    while word in _TURNED_BEFORE or word in _BETWEEN:
        denials += word in _TURNED_BEFORE
        place, word = _word_before(text, place)
    if word in _BOOSTERS:
        weight *= BOOST
    elif word in _DAMPERS:
        weight *= DAMP
    return denied(weight) if denials % 2 else weight


def _word_before(text: str, end: int) -> tuple[int, str]:
    """Where the word before text[end] begins, and the word; a longer one than any that we know is cut."""
    if end and text[end - 1] == " ":
        end -= 1
    start = end
    while start and end - start <= _LONGEST and text[start - 1].isalpha():
        start -= 1
    return start, text[start:end]


def denied(weight: float) -> float:
    """The weight of the opposite of an opinion."""
    return weight * (GOOD_DENIED if weight > 0 else BAD_DENIED)
