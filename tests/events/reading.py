"""Reading a record as a consumer does."""

import json

import pytest

from tests.events.samples import payment, record
from xlcfi.events import Topic
from xlcfi.events.decode import decode
from xlcfi.events.errors import InvalidEvent

ALL = frozenset(Topic)


def read(value, **about):
    return decode(record(value, **about), ALL)


def refused(value, **about):
    with pytest.raises(InvalidEvent) as caught:
        read(value, **about)
    return caught.value


def with_raw(field, text):
    """The payment with the JSON `text` as its `field`."""
    return json.dumps(payment(**{field: "@@"})).replace('"@@"', text).encode()
