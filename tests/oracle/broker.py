"""What we published, as the broker holds it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ANALYZED = "review.analyzed"
DEAD = ".DLT"
SPRING = "kafka_dlt-"
ORIGINAL = f"{SPRING}original-"
EVENT_ID = "xlcfi-event-id"


@dataclass(frozen=True)
class Published:
    """A record that was read from the broker."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


def broker_state(records: Iterable[Published]) -> dict[str, dict[Any, Any]]:
    """The sections `published` and `dead_letter_topics` of a State; what was sent more than once counts once.

    Raises AssertionError or KeyError for a record that Spring's own types could not read.
    """
    ids: dict[int, set[str]] = defaultdict(set)
    dead: dict[Any, set[Any]] = defaultdict(set)
    for record in records:
        if record.topic == ANALYZED:
            body = json.loads(record.value or b"{}")
            assert record.key == str(body["reviewId"]).encode(), f"the key of {body} is {record.key!r}"
            ids[body["reviewId"]].add(body["eventId"])
        elif record.topic.endswith(DEAD):
            headers = {name: value or b"" for name, value in record.headers}
            name = (
                headers[f"{ORIGINAL}consumer-group"].decode(),
                headers[f"{ORIGINAL}topic"].decode(),
                int.from_bytes(headers[f"{ORIGINAL}partition"], "big"),
                int.from_bytes(headers[f"{ORIGINAL}offset"], "big"),
            )
            assert record.topic == name[1] + DEAD, f"a record of {name[1]} lies in {record.topic}"
            assert [len(headers[f"{ORIGINAL}{each}"]) for each in ("partition", "offset", "timestamp")] == [4, 8, 8]
            assert headers[f"{SPRING}exception-fqcn"]
            assert headers[f"{SPRING}exception-message"]
            assert f"{SPRING}exception-stacktrace" in headers
            dead[name].add((record.partition, record.value, headers[EVENT_ID]))
    return {
        "published": {review: len(found) for review, found in ids.items()},
        "dead_letter_topics": {
            name: [(partition, value) for partition, value, _ in sorted(found)] for name, found in dead.items()
        },
    }
