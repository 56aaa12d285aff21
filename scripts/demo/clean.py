"""`make demo-clean`: removes the demo's data. Stops what a killed demo left behind, and nothing else."""

import shutil
import sys

from scripts.demo.place import PLACE, Refused, lock_take
from scripts.demo.supervisor import Supervisor
from scripts.servers.account import outside_place
from scripts.state import State


def main() -> int:
    """Refuse while a demo runs; otherwise remove var/demo."""
    try:
        lock_take()
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    if not PLACE.exists():
        print("There is no demo data.")
        return 0
    Supervisor(State.read(PLACE / "state.json")).end_leftovers()
    shutil.rmtree(outside_place(PLACE / "postgres"), ignore_errors=True)
    shutil.rmtree(PLACE)
    print("The demo's data is gone. A new one: make demo")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
