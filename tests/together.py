"""Several jobs on the real database at the same moment, each with a connection of its own."""

import threading

from django.db import connection


def at_once(*jobs):
    """Run the jobs in threads of their own; raises what the first of them raised."""
    failures = []
    start = threading.Barrier(len(jobs))

    def run(job):
        start.wait(timeout=10)
        try:
            job()
        except Exception as failure:  # noqa: BLE001  # told to the test's own thread below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "someone is stuck"
    if failures:
        raise failures[0]
