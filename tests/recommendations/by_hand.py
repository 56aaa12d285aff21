"""The personal list in plain Python and exact fractions, from what happened, not from our tables."""

from collections import Counter
from fractions import Fraction
from itertools import permutations

SIZE = 10


def expected_list(user, *, baskets, interests, shelf=()):
    """(algorithm, [(product, score)]). baskets: [(user, set of products)]; interests: (user, product) -> rating;
    shelf: all products there are, the newest last: what nobody has bought stands at the end, and who has bought
    everything sees it again."""
    alone = Counter(product for _, products in baskets for product in products)
    together = Counter(pair for _, products in baskets for pair in permutations(products, 2))
    mine = {product for buyer, products in baskets if buyer == user for product in products}
    rated = {product: Fraction(rating) for (who, product), rating in interests.items() if who == user}
    rated |= dict.fromkeys(mine, Fraction(5))
    score = Counter()
    for product in sorted(rated, key=lambda p: (-rated[p], p))[:100]:
        near = [(other, both) for (one, other), both in together.items() if one == product]
        for other, both in sorted(near, key=lambda pair: (-pair[1], pair[0]))[:100]:
            if other not in mine:
                score[other] += rated[product] / 5 * Fraction(both, alone[product])
    best = sorted(score, key=lambda p: (-score[p], p))[:SIZE]
    popular = [p for p in sorted(alone, key=lambda p: (-alone[p], p)) if p not in mine and p not in best]
    new = [p for p in reversed(shelf) if p not in mine and p not in best and p not in popular]
    answer = [(p, round(float(score[p]), 6)) for p in best] + [(p, 0.0) for p in popular + new]
    answer = answer or [(p, 0.0) for p in reversed(shelf)]
    return ("co-purchase" if best else "popular"), answer[:SIZE]
