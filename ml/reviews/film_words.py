"""Words that say what a film is, not whether it is good: blotted out before a model of shopping learns from films."""

import re

BLOT = "〇"
_WORDS = re.compile(
    "영화|감독|배우|연기|스토리|줄거리|시나리오|극장|작품|드라마|주인공|캐릭터|장면|연출|결말|엔딩|반전|개봉|관객|평점|명작|졸작|"
    "수작|망작|대작|걸작|액션|코미디|공포|스릴러|멜로|로맨스|애니|만화|다큐|시리즈|속편|원작|각본|대사|영상|ost|cg|상영|흥행|"
    "출연|캐스팅|주연|조연|시즌|에피소드|방송|예고편|천만|작가|여주|남주|귀신|좀비|악역"
)


def blotted(text: str) -> str:
    """`text` with a sign in the place of each of them."""
    return _WORDS.sub(BLOT, text)
