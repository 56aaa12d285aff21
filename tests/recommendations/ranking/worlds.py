"""Small worlds of different make, to see that a ranking is not made for one of them."""

import numpy as np

from recommendations.ranking.interactions import Events

DAYS = 300.0


def _events(user, item, day, weight, users, items):
    return Events.sorted(
        row=np.asarray(user, dtype=np.int64), item=np.asarray(item, dtype=np.int64), day=np.asarray(day, dtype=float),
        weight=np.asarray(weight, dtype=float), rows=users, items=items,
    )  # fmt: skip


def _once(events):
    """The first event of each pair."""
    seen, kept = set(), np.zeros(len(events.row), dtype=bool)
    for at, pair in enumerate(zip(events.row.tolist(), events.item.tolist(), strict=True)):
        if pair not in seen:
            seen.add(pair)
            kept[at] = True
    return events.where(kept)


def films(users=400, items=300, mean=40, seed=0, drift=1.0):
    """Ratings 1-5 by hidden factors; popularity is skewed and moves; nobody rates twice."""
    rng = np.random.default_rng(seed)
    people, things = rng.normal(size=(users, 8)), rng.normal(size=(items, 8))
    skew = np.log(1 / (np.arange(items) + 5.0))[rng.permutation(items)]
    peak = rng.uniform(-0.5, 1.2, items)
    columns = [[], [], [], []]
    for user in range(users):
        count = min(1 + rng.poisson(mean * rng.lognormal(-0.3, 0.8)), items // 3)
        begins, lasts = rng.uniform(0, 0.9), rng.uniform(0.05, 0.6)
        when = np.sort(np.minimum(begins + lasts * rng.random(count), 1.0))
        match = 0.6 * things @ people[user] / np.sqrt(8) * 1.6
        logit = skew + match - drift * np.abs(when.mean() - peak)
        chosen = np.argsort(-(logit + rng.gumbel(size=items)))[:count]
        stars = np.clip(np.round(3.4 + 0.9 * match[chosen] + rng.normal(0, 0.8, count)), 1, 5)
        for column, values in zip(columns, ([user] * count, rng.permutation(chosen), DAYS * when, stars), strict=True):
            column.extend(values)
    return _events(*columns, users, items)


def chains(users=400, items=200, mean=25, seed=0):
    """Each next item depends on the last one only, but for a tenth at random."""
    rng = np.random.default_rng(seed)
    follows = np.stack([rng.choice(items, 5, replace=False) for _ in range(items)])
    columns = [[], [], [], []]
    for user in range(users):
        count, here = 2 + rng.poisson(mean), rng.integers(items)
        when = np.sort(rng.uniform(0, DAYS, count))
        for moment in when:
            draw = rng.random()
            here = rng.integers(items) if draw < 0.1 else follows[here, min(int(rng.exponential(1.2)), 4)]
            for column, value in zip(columns, (user, here, moment, 1.0), strict=True):
                column.append(value)
    return _events(*columns, users, items)


def weekly(users=300, items=300, mean=14, seed=0):
    """Baskets from a few clusters; most of a basket was in an earlier one of the same person."""
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 12, items)
    weight = rng.lognormal(0, 1, items)
    columns = [[], [], [], []]
    for user in range(users):
        liked = rng.dirichlet(np.full(12, 0.3))
        chance = weight * liked[cluster]
        chance /= chance.sum()
        staples = rng.choice(items, 8, p=chance, replace=(chance > 0).sum() < 8)
        for moment in np.sort(rng.uniform(0, DAYS, 1 + rng.poisson(mean))):
            bought = np.unique(np.where(rng.random(5) < 0.6, rng.choice(staples, 5), rng.choice(items, 5, p=chance)))
            if rng.random() < 0.15:
                staples[rng.integers(8)] = rng.choice(items, p=chance)
            for item in bought:
                for column, value in zip(columns, (user, item, moment, 1.0), strict=True):
                    column.append(value)
    return _events(*columns, users, items)


def favourites_of_all(users=500, items=200, mean=8, seed=0):
    """Popularity and nothing else; what is popular changes slowly."""
    rng = np.random.default_rng(seed)
    count = 1 + rng.poisson(mean, users)
    user, day = np.repeat(np.arange(users), count), rng.uniform(0, DAYS, count.sum())
    skew = 1 / (np.arange(items) + 3.0)
    peak = rng.uniform(0, DAYS, items)
    chance = skew[None, :] * np.exp(-(((day[:, None] - peak) / 120) ** 2))
    running = np.cumsum(chance / chance.sum(axis=1, keepdims=True), axis=1)
    item = np.minimum((running < rng.random(len(day))[:, None]).sum(axis=1), items - 1)
    return _events(user, item, day, np.ones(len(day)), users, items)


def thin(users=1500, items=800, seed=0):
    """Three or four events a person among many items, in hidden themes."""
    rng = np.random.default_rng(seed)
    theme = rng.integers(0, 40, items)
    weight = rng.lognormal(0, 1.2, items)
    columns = [[], [], [], []]
    for user in range(users):
        mine = rng.choice(40, 2, replace=False)
        chance = weight * np.where(np.isin(theme, mine), 1.0, 0.01)
        count = 2 + rng.poisson(2)
        for item in rng.choice(items, count, p=chance / chance.sum()):
            for column, value in zip(columns, (user, item, rng.uniform(0, DAYS), 1.0), strict=True):
                column.append(value)
    return _events(*columns, users, items)


WORLDS = {"films": films, "chains": chains, "weekly": weekly, "favourites": favourites_of_all, "thin": thin}


def cut_by_time(events, share=0.2):
    """Train and test, the test being the last `share` of events by time."""
    edge = np.quantile(events.day, 1 - share)
    return events.where(events.day <= edge), events.where(events.day > edge)


def cut_at_random(events, share=0.2, seed=0):
    """Train and test drawn at random."""
    drawn = np.random.default_rng(seed).random(len(events.day)) < share
    return events.where(~drawn), events.where(drawn)
