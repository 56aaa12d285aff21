"""What is bought together: small groups of products that make one dish or one occasion."""

import numpy as np

from xlcfi.demo.arrays import Ints

_LARGEST = 8


def bundles_of(*, recipe: Ints, leaf: Ints, rng: np.random.Generator) -> Ints:
    """Split the catalogue's recipes into groups of at most eight products, of as many categories as there are.

    recipe, leaf: shape (products,), -1 for no recipe. Returns the group of every product, -1 for none.
    A recipe of hundreds of products would leave no pair that stands out.
    """
    bundle = np.full(len(recipe), -1, dtype=np.int64)
    count = 0
    for one in np.unique(recipe[recipe >= 0]):
        members = np.flatnonzero(recipe == one)
        parts = -(-len(members) // _LARGEST)
        # Sorted by category and dealt out like cards, so that a group holds few of one category.
        dealt = members[np.lexsort((rng.random(len(members)), leaf[members]))]
        bundle[dealt] = count + np.arange(len(dealt)) % parts
        count += parts
    return bundle
