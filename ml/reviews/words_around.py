"""Words and signs around what is said: degree, contrast, emoticons."""

from ml.reviews.matching import words_in

BOOSTERS = words_in(
    """
    너무 너무너무 넘 넘나 정말 정말로 진짜 진심 매우 아주 완전 엄청 엄청나게 굉장히 훨씬 무척 참 몹시 대단히 상당히
    확실히 최고로 세상 핵 꽤 제일 가장 very really so extremely super absolutely totally
    """
)
DAMPERS = words_in(
    """
    조금 좀 약간 살짝 다소 나름 그럭저럭 그나마 slightly somewhat fairly
    """
)

# What stands in front of a sentence and takes something back of the one before.
TURNS = ("하지만", "그러나", "그런데", "근데", "그렇지만", "but", "however")

# By sign or run of signs. A run counts once.
EMOTICONS: dict[str, float] = {
    "^^": 0.4,
    "^_^": 0.4,
    ":)": 0.4,
    ":-)": 0.4,
    ":d": 0.4,
    ":(": -0.4,
    ":-(": -0.4,
    ";;": -0.15,
    "👍": 0.7,
    "👏": 0.5,
    "👌": 0.5,
    "💯": 0.7,
    "⭐": 0.3,
    "❤": 0.6,
    "♥": 0.6,
    "♡": 0.6,
    "💕": 0.6,
    "💖": 0.6,
    "💗": 0.6,
    "😍": 0.7,
    "🥰": 0.7,
    "😋": 0.6,
    "😊": 0.5,
    "😄": 0.5,
    "😁": 0.5,
    "😀": 0.5,
    "🤤": 0.6,
    "👎": -0.7,
    "😡": -0.8,
    "🤬": -0.9,
    "😠": -0.7,
    "😞": -0.6,
    "😟": -0.5,
    "😩": -0.5,
    "🤮": -0.9,
    "🤢": -0.8,
    "💩": -0.8,
}
# Tears and laughter go with what is said: they make a sentence's own feeling stronger, and alone mean this.
TEARS_ALONE = -0.35
LAUGHTER_ALONE = 0.2
