"""The names of what an opinion can be about, and words that need one. The notation is that of words_feeling.py."""

from ml.reviews.analysis import Aspect

# Naming an aspect says nothing good or bad yet.
NAMES: dict[Aspect, tuple[str, ...]] = {
    Aspect.TASTE: (
        "맛",
        "식감",
        "입맛",
        "풍미",
        "향이",
        "향도",
        "향은",
        "간이",
        "간도",
        "간은",
        "육즙",
        "국물",
        "냄새",
        "^입에",
    ),
    Aspect.FRESHNESS: ("신선도", "선도", "유통기한", "소비기한", "유효기간", "상태"),
    Aspect.PACKAGING: (
        "포장",
        "박스",
        "상자",
        "아이스팩",
        "뽁뽁이",
        "완충",
        "스티로폼",
        "용기",
        "봉지",
        "비닐",
        "보냉",
    ),
    Aspect.DELIVERY: ("배송", "배달", "택배", "도착", "발송", "출고", "로켓"),
    Aspect.PRICE: ("가격", "가성비", "값", "할인", "쿠폰", "^돈", "금액", "비용"),
    Aspect.QUANTITY: (
        "^양이",
        "^양도",
        "^양은",
        "^양 ",
        "^양많",
        "^양적",
        "^양에",
        "용량",
        "수량",
        "갯수",
        "개수",
        "중량",
        "분량",
    ),
    Aspect.QUALITY: ("품질", "퀄리티", "퀄", "제품", "상품", "재료", "마감", "^질이", "^질도"),
    Aspect.SERVICE: ("서비스", "응대", "상담", "문의", "고객센터", "판매자", "사장님", "답변", "사후", "cs", "대응"),
}

# These mean something only where the clause names the aspect: a lot of what?
WITH_NAME: dict[Aspect, dict[str, float]] = {
    Aspect.TASTE: {
        "진하": 0.3,
        "진해": 0.3,
        "진한": 0.3,
        "깊": 0.4,
        "풍부": 0.4,
        "맞": 0.5,
        "딱이": 0.6,
        "달라졌": -0.4,
        "변했": -0.5,
    },
    Aspect.DELIVERY: {
        "빠르": 0.5,
        "빨라": 0.5,
        "빨랐": 0.5,
        "빨리": 0.4,
        "빠름": 0.5,
        "빠릅": 0.5,
        "금방": 0.4,
        "느리": -0.5,
        "느려": -0.5,
        "느렸": -0.5,
    },
    Aspect.PRICE: {
        "높": -0.4,
        "낮": 0.3,
        "착하": 0.5,
        "착해": 0.5,
        "올랐": -0.4,
        "오르": -0.4,
        "세": -0.2,
        "괜찮": 0.5,
    },
    Aspect.QUANTITY: {
        "많": 0.5,
        "적": -0.5,
        "적당": 0.4,
        "작": -0.4,
        "모자": -0.5,
        "안 맞": -0.5,
    },
    Aspect.QUALITY: {
        "높": 0.4,
        "낮": -0.4,
    },
    Aspect.SERVICE: {
        "빠르": 0.5,
        "빨라": 0.5,
        "느리": -0.5,
        "느려": -0.5,
    },
}

# The word alone says nothing; that it is missing does.
MISSED: dict[str, float] = {"맛": -0.8, "아이스팩": -0.4, "완충": -0.4, "뽁뽁이": -0.4, "효과": -0.5, "설명": -0.3}
