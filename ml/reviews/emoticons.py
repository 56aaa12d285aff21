"""Signs that feel something: tears, laughter, faces, hearts, thumbs."""

import re

from ml.reviews.words_around import EMOTICONS, LAUGHTER_ALONE, TEARS_ALONE

_SIGNS = re.compile("|".join(f"(?:{re.escape(sign)})+" for sign in sorted(EMOTICONS, key=len, reverse=True)))
# Most sentences have none of these letters, which is seen much faster.
_SOME_SIGN = re.compile("[" + re.escape("".join(sorted({sign[0] for sign in EMOTICONS}))) + "]")
_LENGTHS = sorted({len(sign) for sign in EMOTICONS}, reverse=True)
_TEARS = re.compile("[ㅠㅜ]{2,}|[ㅠㅜ]|t_t|ㅡㅡ|😭|😢|🥲")
_LAUGHTER = re.compile("ㅋ{2,}|ㅎ{2,}|😂|🤣|lol")
STRONGER = 0.15


def feeling_of_signs(text: str, said: float) -> float:
    """What the signs of a sentence add to its words. said: the weight of its words, 0 where they say nothing."""
    found = {match[0]: None for match in _SIGNS.finditer(text)} if _SOME_SIGN.search(text) else {}
    weight = sum(_weight(run) for run in found)
    for runs, alone in ((_TEARS, TEARS_ALONE), (_LAUGHTER, LAUGHTER_ALONE)):
        if runs.search(text):
            weight += alone if not said else STRONGER if said > 0 else -STRONGER
    return weight


def _weight(run: str) -> float:
    return next(EMOTICONS[run[:length]] for length in _LENGTHS if run[:length] in EMOTICONS)
