"""`manage.py consume` or `manage.py relay` that kills itself: python -m tests.chaos.consumer consume [NAME…]

Everything is real but one thing: at the marks of xlcfi.events.marks the process ends itself with SIGKILL, as often as
the plan in CHAOS_PLAN says: a file {"mark": [probability, most kills in all]}, read at every mark, so that it can
change. Each kill is written to CHAOS_HITS before it happens.
"""

import fcntl
import json
import os
import random
import signal
import sys
from pathlib import Path

# What settles events with the platform's tables once a minute, or tidies up less often, is done so often here
# (seconds), to be in the way of the events.
PERIOD = 3.0
_chance = random.SystemRandom()


def kill_at(mark: str) -> None:
    """Ends this process at once, or returns."""
    try:
        probability, most = json.loads(Path(os.environ["CHAOS_PLAN"]).read_text()).get(mark, (0, 0))
    except (FileNotFoundError, ValueError):
        return
    if _chance.random() >= probability:
        return
    hits = os.open(os.environ["CHAOS_HITS"], os.O_RDWR | os.O_APPEND | os.O_CREAT)
    fcntl.flock(hits, fcntl.LOCK_EX)
    if os.pread(hits, 10_000_000, 0).decode().split().count(mark) < most:
        os.write(hits, f"{mark}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(hits)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    import django

    django.setup()
    import msgspec
    from django.core.management import execute_from_command_line

    from xlcfi.events import kafka_source, marks, schedule

    _jobs = schedule.periodic_jobs

    def often() -> list:
        """The periodic jobs; the rare ones come sooner."""
        return [msgspec.structs.replace(job, seconds=min(job.seconds, PERIOD)) for job in _jobs()]

    schedule.periodic_jobs = often

    # Whoever was killed is missed sooner: the test has more kills in a minute than a platform in a year.
    kafka_source.SESSION_SECONDS = 6.0
    marks.listen(kill_at)
    execute_from_command_line(["manage.py", *sys.argv[1:]])
