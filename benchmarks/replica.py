"""`python -m benchmarks.replica TOPIC KAFKA_GROUP [KIND CONSUMER]`: a replica of a consumer on a topic of ours.

KIND: as which events the records are read; CONSUMER: whose handlers run. Payments of analytics unless told otherwise.

Joins, says "ready", waits for a line on stdin, and consumes until SIGTERM.
"""

import os
import select
import sys


def main() -> None:
    """Consume `TOPIC` as one member of KAFKA_GROUP."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    import django

    django.setup()
    from benchmarks.streams import BenchSource
    from xlcfi.events.apply import Applier
    from xlcfi.events.chores import ChoresBeside
    from xlcfi.events.consuming import groups_named, stop_on_signals
    from xlcfi.events.loop import Loop
    from xlcfi.events.working import Beside

    topic, kafka_group, kind, consumer = (*sys.argv[1:], "payment.completed", "analytics-payment")[:4]
    stop = stop_on_signals()
    source = BenchSource(topic, events=sys.maxsize, group=kafka_group, kind=kind)
    print("ready", flush=True)
    # Polling goes on: a member that is silent holds up the sharing out for whoever joins after it.
    while not select.select([sys.stdin], [], [], 0)[0]:
        source.keep_alive(0.1)
    source.begin()
    (group,) = groups_named([consumer])
    with ChoresBeside(stop) as helper:
        Loop([Applier(group)], source, stop=stop, helper=helper, worker=Beside()).run()


if __name__ == "__main__":
    main()
