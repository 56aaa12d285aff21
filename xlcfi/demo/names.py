"""Names of people by country, of food makers and of sellers. All of them invented."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xlcfi.demo import names_words as words

#: country -> (family names, given names, family name first, what stands between them)
_COUNTRIES: dict[str, tuple[Sequence[str], Sequence[str], bool, str]] = {
    "JP": (words.JP_FAMILY, words.JP_GIVEN, True, " "),
    "CN": (words.CN_FAMILY, words.CN_GIVEN, True, ""),
    "TW": (words.CN_FAMILY, words.CN_GIVEN, True, ""),
    "HK": (words.SG_FAMILY, words.SG_GIVEN, True, " "),
    "VN": (words.VN_FAMILY, words.VN_GIVEN, True, " "),
    "TH": (words.TH_FAMILY, words.TH_GIVEN, False, " "),
    "SG": (words.SG_FAMILY, words.SG_GIVEN, True, " "),
    "DE": (words.DE_FAMILY, words.DE_GIVEN, False, " "),
    "FR": (words.FR_FAMILY, words.FR_GIVEN, False, " "),
    "US": (words.EN_FAMILY, words.EN_GIVEN, False, " "),
}


def person_names(count: int, country_codes: Sequence[str], rng: np.random.Generator) -> list[str]:
    """`count` names, the i-th plausible in `country_codes[i]`; an unknown country gets an English name.

    Raises ValueError if `country_codes` has not `count` items.
    """
    if len(country_codes) != count:
        raise ValueError(f"{count} names need {count} countries, got {len(country_codes)}")
    shares = np.array([share for _, share in words.KR_FAMILY])
    korean = rng.choice(len(shares), size=count, p=shares / shares.sum()).tolist()
    picks = rng.random((count, 2)).tolist()
    names = []
    for country, korean_family, (first, second) in zip(country_codes, korean, picks, strict=True):
        if country == "KR":
            names.append(words.KR_FAMILY[korean_family][0] + words.KR_GIVEN[int(first * len(words.KR_GIVEN))])
            continue
        families, givens, family_first, gap = _COUNTRIES.get(country, _COUNTRIES["US"])
        family, given = families[int(first * len(families))], givens[int(second * len(givens))]
        names.append(family + gap + given if family_first else given + gap + family)
    return names


def brand_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` invented makers' names such as 달빛곳간; different ones as long as there are (about 600), then again."""
    stems = [head + tail for head in words.BRAND_HEADS for tail in words.BRAND_TAILS if head[-1] != tail[0]]
    order = rng.permutation(len(stems)).tolist()
    return [stems[order[i % len(stems)]] for i in range(count)]


def seller_names(count: int, rng: np.random.Generator) -> list[str]:
    """`count` different names of Korean food companies.

    Raises ValueError for more than there are (about 7,000).
    """
    brands = brand_names(count, rng)
    return seller_names_of(brands, rng)


def seller_names_of(brands: Sequence[str], rng: np.random.Generator) -> list[str]:
    """A company name for each maker's name, all different, even where a maker's name comes twice.

    Raises ValueError if a maker's name comes more often than there are forms of company names.
    """
    forms = words.SELLER_FORMS
    starts = rng.integers(0, len(forms), size=len(brands)).tolist()
    taken: set[str] = set()
    names = []
    for brand, start in zip(brands, starts, strict=True):
        candidates = (forms[(start + step) % len(forms)].format(brand=brand) for step in range(len(forms)))
        name = next((candidate for candidate in candidates if candidate not in taken), None)
        if name is None:
            raise ValueError(f"more sellers than names: {len(brands)}")
        taken.add(name)
        names.append(name)
    return names
