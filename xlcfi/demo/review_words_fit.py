"""What is said of which category: how often an aspect is spoken of, and what would be nonsense."""

# ruff: noqa: E501 - a Korean letter counts as two columns, and the words are read as lists, not as code

from __future__ import annotations

#: How often an aspect is spoken of; groups differ in `WEIGHTS`.
ASPECT_WEIGHTS = {
    "TASTE": 0.40, "FRESHNESS": 0.08, "PACKAGING": 0.11, "DELIVERY": 0.14, "PRICE": 0.10, "QUANTITY": 0.08, "QUALITY": 0.08,
    "SERVICE": 0.025,
}  # fmt: skip

#: Groups whose clauses on taste are their own only: nobody says of vitamins that they are a rice thief.
OWN_TASTE = frozenset({"health", "gift", "tea", "drink", "sauce.salt", "sauce.oil", "rice.white", "rice.grain"})

#: Where a group is spoken of otherwise than `ASPECT_WEIGHTS` says.
WEIGHTS: dict[str, dict[str, float]] = {
    "kimchi": {"FRESHNESS": 0.12},
    "banchan": {"FRESHNESS": 0.12},
    "frozen": {"FRESHNESS": 0.10, "PACKAGING": 0.14},
    "rice": {"FRESHNESS": 0.08, "QUALITY": 0.12},
    "seaweed": {"FRESHNESS": 0.07},
    "health": {"TASTE": 0.16, "QUALITY": 0.34},
    "gift": {"TASTE": 0.10, "QUALITY": 0.26, "PACKAGING": 0.30, "FRESHNESS": 0.01},
}

#: Words of a group that make no sense of one of its leaves: clauses with them are left out there.
SKIPPED: dict[str, tuple[str, ...]] = {
    "sauce": ("신선", "네 식구", "혼자 먹기", "두 사람이", "둘이 먹으면", "두세 번 먹", "은 먹을"),
    "jang": ("신선", "네 식구", "혼자 먹기", "두 사람이", "둘이 먹으면", "두세 번 먹"),
    "health": ("신선", "네 식구", "혼자 먹기", "두 사람이", "둘이 먹으면", "두세 번 먹", "갓 만든", "얼마 안 된"),
    "gift": ("신선", "네 식구", "혼자 먹기", "두 사람이", "둘이 먹으면", "두세 번 먹", "은 먹을", "마트"),
    "tea": ("신선", "네 식구", "혼자 먹기", "둘이 먹으면", "두세 번 먹", "온 식구가"),
    "drink": ("신선", "네 식구", "혼자 먹기", "둘이 먹으면", "두세 번 먹", "은 먹을"),
    "ramen": ("신선",),
    "sauce.broth": ("~달/달아",),
    "kimchi.white": ("맵", "칼칼", "양념", "라면", "젓갈", "짜/짜"),
    "kimchi.aged": (
        "갓 담근",
        "덜 익",
        "너무 익",
        "익을수록",
        "더 익혀",
        "아삭",
        "풋내",
        "익지 않은",
        "시어 버렸",
        "군내^ ~났",
    ),
    "jang.soy": ("텁텁", "찌개에", "묽"),
    "ramen.dry": ("국물", "밥 말아", "해장"),
    "noodle.thin": ("육수", "양념"),
    "noodle.glass": ("육수", "양념", "밀가루", "부러져"),
    "seaweed.kelp": ("밥이랑", "눅눅", "기름", "부스러", "가루가", "부서", "간^"),
    "seaweed.gimbap": ("짜", "기름", "간^"),
    "tea.cheong": ("구수", "물 대신", "우려", "떫", "티백", "하나씩"),
    "tea.green": ("달지 않아서", "달기만", "유리병"),
    "tea.grain": ("달지 않아서", "달기만", "유리병"),
    "drink.sikhye": ("고소", "아침에", "가루"),
    "drink.vinegar": ("고소", "든든", "신맛", "얼려", "가루"),
    "drink.grain": ("병", "뚜껑", "얼려", "물 탄"),
    "drink.soy": ("가루", "얼려", "병", "뚜껑"),
    "snack.jelly": ("바삭", "기름", "눅눅", "부서", "느끼", "공기만", "한 봉지"),
    "snack.hangwa": ("공기만", "한 봉지"),
    "rice.instant": ("쫄깃", "말랑", "끓이니", "갓 뽑은", "굳어서", "달지 않아서"),
    "rice.white": ("둘이 먹으면", "두세 번", "쫄깃", "말랑", "끓이니", "갓 뽑은", "굳어서", "쉰내", "만든"),
    "rice.grain": ("둘이 먹으면", "두세 번", "쫄깃", "말랑", "끓이니", "갓 뽑은", "굳어서", "쉰내", "만든"),
    "rice.tteokbokki": ("달지 않아서",),
    "banchan.soup": ("밥도둑", "질기", "반찬", "~달/달아", "물이"),
    "banchan.jeotgal": ("당일", "집에서 만든", "반찬가게"),
    "sauce.chili": ("짜", "간 맞추기", "감칠맛", "비린내", "병", "새서", "농도", "조미료", "~달/달아", "뚜껑"),
    "sauce.oil": ("짜", "간 맞추기"),
    "health.juice": ("알^", "캡슐", "함량", "물 없이"),
    "health.ginseng": ("알^", "캡슐", "비린", "함량"),
    "frozen.mandu": ("겉은 바삭", "굽기에"),
    "frozen.fishcake": (
        "겉은 바삭",
        "굽기에",
        "에어프라이어",
        "꽁꽁",
        "성에",
        "드라이아이스",
        "다 녹아",
        "녹았다",
        "냉동",
    ),
    "frozen.tteokbokki": ("겉은 바삭", "굽기에", "에어프라이어", "속^", "잡내", "냉동", "데우"),
}
