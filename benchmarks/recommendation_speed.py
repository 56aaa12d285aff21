"""Lists for one person at a time and for many at once, on one core; and how long training takes and what it needs.

OPENBLAS_NUM_THREADS=1 python -m benchmarks.recommendation_speed --train A.csv --test B.csv [--items I.csv]
"""

import argparse
import resource
import time
from pathlib import Path

import numpy as np

from recommendations.evaluation.files import data_read
from recommendations.ranking.cuts import cut_of, fold_of_test, folds_inside
from recommendations.ranking.training import Budget, past_of, ranker_fit

PEOPLE = 300
TOGETHER = 32


def main() -> None:
    """Three lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "test", "items"):
        parser.add_argument(f"--{name}", type=Path, required=name != "items")
    options = parser.parse_args()
    data = data_read(train=options.train, test=options.test, items=options.items)
    cut = cut_of(data.train, data.test)
    test = fold_of_test(data.train, data.test, cut, repeats=False)
    began = time.perf_counter(), time.process_time()
    folds = folds_inside(data.train, cut, repeats=False, seed=0, most=1)
    ranker, told = ranker_fit(
        folds, past_of(test, data.columns, seed=0), k=10, eras=False, budget=Budget(tries=1, users=3000, wanted=3000)
    )
    wall, own = time.perf_counter() - began[0], time.process_time() - began[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    size = sum(array.nbytes for array in ranker.arrays().values()) / 1e6
    print(f"trained: {wall:.0f} s, {own:.0f} s of one core, {memory:.2f} GB; {size:.0f} MB; {told.rule}")
    users = np.random.default_rng(0).choice(test.known, min(PEOPLE, len(test.known)), replace=False)
    users.sort()
    each = [test.past.of(users[at : at + 1]) for at in range(len(users))]
    for past, user in zip(each[:20], users, strict=False):
        ranker.recommend(past, float(test.now[user]), k=10)
    began_one = time.process_time()
    for past, user in zip(each, users, strict=True):
        ranker.recommend(past, float(test.now[user]), k=10)
    print(f"one at a time: {len(users) / (time.process_time() - began_one):.0f} people for each second of a core")
    began_many = time.process_time()
    for start in range(0, len(users), TOGETHER):
        part = users[start : start + TOGETHER]
        ranker.recommend_many(test.past.of(part), test.now[part], k=10)
    print(f"{TOGETHER} at once: {len(users) / (time.process_time() - began_many):.0f}")


if __name__ == "__main__":
    main()
