"""What a list of events must have made of our tables, in plain Python: no code of the apps or of the event loop.

    told = [Told(kind="payment.completed", at=seoul("2025-11-20 10:15"), event_id="a", body={...}), ...]
    wanted = expected(told, World(categories={11: 1}))
    assert not differences(wanted, actual(connection))

`Told` is one record as the broker holds it (told.py): what it says, in the contract's own names and in Python's values,
whatever its spelling on the wire was. The order of the list does not matter: where a fact is told more than once, the
telling with the earliest (at, identity) counts. A record read twice is twice in the list, or once: the same.

A `State` is a dict of sections, each a dict of keys and values (the sections are listed in state.py):
`expected(told, world)` computes all of them, `actual(connection)` reads them by plain SQL (sums: rollup and waiting
changes together), `actual(connection, redis=client)` the personal lists too. What only the broker holds is
in "published" and "dead_letter_topics": `broker_state(records)`. `differences(expected, actual)` compares the sections
that both have and gives readable lines, each beginning with "lost", "doubled" or "wrong"; `tally` counts them.

Rows of the platform's tables are assumed to agree with the events (total, buyer, lines, Seoul day).
"""

from tests.oracle.actual import actual
from tests.oracle.broker import broker_state
from tests.oracle.differences import differences, tally
from tests.oracle.state import State, World, expected
from tests.oracle.told import Told, applied

__all__ = ["State", "Told", "World", "actual", "applied", "broker_state", "differences", "expected", "tally"]
