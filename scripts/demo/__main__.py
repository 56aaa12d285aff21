"""The first half of `make demo`: checks and the Python packages, with the system's Python and no package at all.

The second half (scripts.demo.run) takes this process over, with the Python of .venv.
"""

import os
import sys

from scripts.demo.place import ROOT, Refused, lock_take
from scripts.ports import port_is_free
from scripts.progress import Progress
from scripts.setup.venv import PYTHON, SetupFailed, venv_ensure

STEPS = 10  # of the second half
SETUP_STEPS = 2


def web_port() -> int:
    """PORT, 8000 unless it is set. Raises Refused when it is no port or is taken."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"PORT should be a number from 1 to 65535, not {text!r}. For example: make demo PORT=8010")
    port = int(text)
    if not port_is_free(port):
        raise Refused(
            f"Port {port} on 127.0.0.1 is used by another program, or not ours to use; nothing was started.\n"
            f"{port}번 포트를 사용할 수 없습니다. Another one: make demo PORT={port + 10 if port < 65000 else 8010}"
        )
    return port


def main() -> int:
    """Check, install, hand over."""
    progress = Progress(total=SETUP_STEPS + STEPS)
    try:
        lock_take()
        port = web_port()
        if not venv_ensure(ROOT / "requirements-demo.txt", progress):
            progress.total = STEPS
    except (Refused, SetupFailed) as problem:
        progress.failed()
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.failed("interrupted")
        print("Stopped. The next `make demo` goes on from here.")
        return 130
    return hand_over(port, progress)


def hand_over(port: int, progress: Progress) -> int:
    """Become the second half: the same process, so that signals and the lock stay where they are. Never returns."""
    command = [str(PYTHON), "-m", "scripts.demo.run", str(port), str(progress.number), str(progress.total)]
    os.chdir(ROOT)
    os.execv(command[0], command)


if __name__ == "__main__":
    raise SystemExit(main())
