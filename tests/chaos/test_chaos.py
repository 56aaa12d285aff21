"""The short form of the chaos test; `make chaos` runs the long one."""

from tests.chaos.run import Plan, chaos


def test_nothing_is_lost_doubled_or_stuck_whoever_is_killed_at_whatever_moment():
    report = chaos(Plan(events=3_000, seconds=36, seed=20251120, short=True, marked=2), log=print)
    said = "\n".join(report.lines())
    print(said)
    assert report.last_line().endswith("lost: 0, doubled: 0, stuck: 0"), said
    assert report.unhit == [], said
    assert report.kills >= 13, said
