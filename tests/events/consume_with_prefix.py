"""`manage.py consume` on topics and groups of a test's own: python -m tests.events.consume_with_prefix PREFIX [NAME…]

Everything else is real: the command, its processes, the handlers. The real groups' offsets and the real topics are left
alone, whoever else uses the broker.
"""

import os
import sys
from collections.abc import Iterable

import msgspec

from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.record import Record

PREFIX = sys.argv[1]


class Prefixed(KafkaSource):
    """Reads `PREFIX.topic` for the group `PREFIX.group`, and gives the records as if they came in `topic`."""

    def __init__(self, *, group: str, topics: Iterable[str]) -> None:
        super().__init__(group=f"{PREFIX}.{group}", topics=[f"{PREFIX}.{topic}" for topic in topics])

    def poll(self, seconds: float) -> list[Record]:
        return [
            msgspec.structs.replace(each, topic=each.topic.removeprefix(f"{PREFIX}.")) for each in super().poll(seconds)
        ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    import django

    django.setup()
    from django.core.management import execute_from_command_line

    from xlcfi.events import consuming
    from xlcfi.events.relay import Relay

    consuming.KafkaSource = Prefixed
    # What they publish goes to topics of the same prefix.
    Relay.topic_name = lambda self, topic: f"{PREFIX}.{topic}"
    execute_from_command_line(["manage.py", "consume", *sys.argv[2:]])
