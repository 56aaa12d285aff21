"""`make chaos`: the long form. EVENTS, SECONDS and SEED choose how much, how long and which."""

import argparse
import sys

from scripts.servers.postgres import ServerFailed
from tests.chaos.run import Plan, chaos

SEED = 20251120
SECONDS, RATE = 600.0, 100.0
# What the servers' start, the closing phase and the comparison take.
AROUND = 60.0


def plan_of(arguments: argparse.Namespace) -> Plan:
    """Events as fast as a small market sends them, unless both how many and for how long are given."""
    seconds = arguments.seconds or (arguments.events / RATE if arguments.events else SECONDS)
    phase = max(30.0, seconds - AROUND)
    events = arguments.events or int(seconds * RATE)
    return Plan(events=events, seconds=phase, seed=arguments.seed, short=False, marked=max(3, int(phase / 25)))


def main() -> int:
    """Runs it; 1 if anything was lost, doubled or stuck, 2 if the test's own servers failed."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--events", type=int, default=0, help="about how many records are sent")
    parser.add_argument("--seconds", type=float, default=0.0, help="about how long the whole of it takes")
    parser.add_argument("--seed", type=int, default=SEED, help="of the events and of the faults")
    try:
        report = chaos(plan_of(parser.parse_args()), log=lambda line: print(line, flush=True))
    except (ServerFailed, TimeoutError, LookupError) as error:
        print(f"the test itself failed: {error}", file=sys.stderr)
        return 2
    report.page_write()
    print("\n".join(report.lines()), flush=True)
    return 0 if report.passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
