from contextlib import ExitStack

import pytest

from xlcfi.upstream.bulkhead import Bulkhead
from xlcfi.upstream.errors import BulkheadFull


def test_the_eleventh_call_is_turned_away_at_once():
    bulkhead = Bulkhead(10)
    with ExitStack() as places:
        for _ in range(10):
            places.enter_context(bulkhead.place())
        with pytest.raises(BulkheadFull), bulkhead.place():
            pass
    with bulkhead.place():
        pass


def test_a_place_is_given_back_after_an_error():
    bulkhead = Bulkhead(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), bulkhead.place():
            raise ZeroDivisionError


def test_a_bulkhead_without_places_is_refused():
    with pytest.raises(ValueError, match="place"):
        Bulkhead(0)
