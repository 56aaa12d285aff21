"""Where the demo keeps its things, and that only one demo runs in a checkout. Standard library only."""

import fcntl
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "var" / "demo"
LOCK = ROOT / "var" / "demo.lock"
LOCK_VARIABLE = "DEMO_LOCK_FD"


class Refused(Exception):
    """The demo cannot start here and now; the message says why and what to do."""


def lock_take() -> None:
    """Hold the checkout's demo lock until this process ends, also through an exec. Raises Refused when another has it.

    The kernel frees it whatever way we end, so there is no stale lock to clean.
    """
    if os.environ.get(LOCK_VARIABLE):
        return
    LOCK.parent.mkdir(exist_ok=True)
    lock = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode().strip() or "?"
        os.close(lock)
        raise Refused(
            f"A demo already runs in this folder (process {holder}). Stop it with Ctrl-C there, or: kill {holder}\n"
            "이 폴더에서 데모가 이미 실행 중입니다."
        ) from None
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(lock, True)
    os.environ[LOCK_VARIABLE] = str(lock)
