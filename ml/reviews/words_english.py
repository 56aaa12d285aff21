"""English words, whole, with weights in -1..1 and what they are about."""

from ml.reviews.analysis import Aspect
from ml.reviews.matching import words_in

ENGLISH: dict[str, tuple[float, Aspect | None]] = {
    "good": (0.6, None),
    "great": (0.8, None),
    "excellent": (0.9, None),
    "amazing": (0.9, None),
    "awesome": (0.9, None),
    "perfect": (0.9, None),
    "best": (0.8, None),
    "nice": (0.5, None),
    "love": (0.7, None),
    "loved": (0.7, None),
    "loves": (0.6, None),
    "like": (0.3, None),
    "liked": (0.4, None),
    "happy": (0.6, None),
    "satisfied": (0.7, None),
    "recommend": (0.6, None),
    "recommended": (0.6, None),
    "thanks": (0.3, None),
    "thank": (0.3, None),
    "delicious": (0.8, Aspect.TASTE),
    "tasty": (0.7, Aspect.TASTE),
    "yummy": (0.7, Aspect.TASTE),
    "crispy": (0.4, Aspect.TASTE),
    "juicy": (0.5, Aspect.TASTE),
    "fresh": (0.6, Aspect.FRESHNESS),
    "fast": (0.5, Aspect.DELIVERY),
    "quick": (0.5, Aspect.DELIVERY),
    "quickly": (0.5, Aspect.DELIVERY),
    "cheap": (0.3, Aspect.PRICE),
    "affordable": (0.5, Aspect.PRICE),
    "reasonable": (0.4, Aspect.PRICE),
    "generous": (0.5, Aspect.QUANTITY),
    "friendly": (0.6, Aspect.SERVICE),
    "kind": (0.4, Aspect.SERVICE),
    "helpful": (0.6, Aspect.SERVICE),
    "bad": (-0.7, None),
    "terrible": (-0.9, None),
    "awful": (-0.9, None),
    "horrible": (-0.9, None),
    "worst": (-1.0, None),
    "poor": (-0.6, None),
    "disappointed": (-0.7, None),
    "disappointing": (-0.7, None),
    "hate": (-0.8, None),
    "waste": (-0.7, None),
    "refund": (-0.5, None),
    "problem": (-0.4, None),
    "disgusting": (-0.9, Aspect.TASTE),
    "bland": (-0.4, Aspect.TASTE),
    "salty": (-0.3, Aspect.TASTE),
    "soggy": (-0.5, Aspect.TASTE),
    "stale": (-0.6, Aspect.FRESHNESS),
    "rotten": (-0.9, Aspect.FRESHNESS),
    "spoiled": (-0.8, Aspect.FRESHNESS),
    "moldy": (-0.9, Aspect.FRESHNESS),
    "broken": (-0.6, Aspect.PACKAGING),
    "damaged": (-0.6, Aspect.PACKAGING),
    "leaked": (-0.5, Aspect.PACKAGING),
    "crushed": (-0.6, Aspect.PACKAGING),
    "torn": (-0.6, Aspect.PACKAGING),
    "late": (-0.5, Aspect.DELIVERY),
    "slow": (-0.5, Aspect.DELIVERY),
    "expensive": (-0.5, Aspect.PRICE),
    "overpriced": (-0.6, Aspect.PRICE),
    "rude": (-0.7, Aspect.SERVICE),
}

ENGLISH_NAMES: dict[str, Aspect] = {
    "taste": Aspect.TASTE,
    "tastes": Aspect.TASTE,
    "tasted": Aspect.TASTE,
    "flavor": Aspect.TASTE,
    "flavour": Aspect.TASTE,
    "package": Aspect.PACKAGING,
    "packaging": Aspect.PACKAGING,
    "box": Aspect.PACKAGING,
    "delivery": Aspect.DELIVERY,
    "shipping": Aspect.DELIVERY,
    "arrived": Aspect.DELIVERY,
    "price": Aspect.PRICE,
    "value": Aspect.PRICE,
    "amount": Aspect.QUANTITY,
    "portion": Aspect.QUANTITY,
    "quality": Aspect.QUALITY,
    "product": Aspect.QUALITY,
    "service": Aspect.SERVICE,
    "seller": Aspect.SERVICE,
}

NEGATIONS = frozenset(
    words_in("""
    aren't can't cannot didn't doesn't don't hardly isn't never no nor not nothing wasn't weren't without won't
    wouldn't
    """)
)
# No keywords.
STOP_WORDS = frozenset(
    words_in("""
    about after again all also and any are because been before being but can didn't doesn't don't even for from get
    got had has have here how however into isn't it's its just more most never not one only our out really some than
    that the their them then there they this too two very was wasn't were what when which who will with would you
    your
    """)
)
