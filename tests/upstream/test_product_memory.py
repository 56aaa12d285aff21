from tests.upstream.hand_clock import HandClock
from xlcfi.upstream.product_answers import product_unknown
from xlcfi.upstream.product_memory import ProcessMemory


def memory_and_clock(**options):
    clock = HandClock()
    return ProcessMemory(seconds=3, clock=clock, **options), clock


def keep(memory, *ids):
    memory.keep((product_unknown(number), "java") for number in ids)


def test_what_is_kept_is_good_for_its_seconds():
    memory, clock = memory_and_clock()
    keep(memory, 1)
    kept = memory.get(1)
    assert (kept.detail, kept.source) == (product_unknown(1), "java")
    assert kept.until == clock() + 3
    assert memory.get(2) is None


def test_the_oldest_go_first_when_it_is_full():
    memory, _ = memory_and_clock(at_most=3)
    keep(memory, 1, 2, 3)
    keep(memory, 1)
    keep(memory, 4)
    assert [number for number in range(1, 5) if memory.get(number)] == [1, 3, 4]
    assert len(memory) == 3


def test_it_never_holds_more_than_its_limit():
    memory, _ = memory_and_clock(at_most=10)
    keep(memory, *range(1000))
    assert len(memory) == 10


def test_what_is_forgotten_is_gone():
    memory, _ = memory_and_clock()
    keep(memory, 1, 2, 3)
    memory.forget([1, 99])
    assert memory.get(1) is None
    memory.clear()
    assert len(memory) == 0


def test_what_only_stands_in_for_java_is_kept_for_a_short_time():
    now = [0.0]
    memory = ProcessMemory(seconds=30.0, clock=lambda: now[0])
    told = [({**product_unknown(1)}, "java"), ({**product_unknown(2)}, "platform")]
    memory.keep(told, java_expected=True)
    assert (memory.get(1).until, memory.get(2).until) == (30.0, 3.0)
    memory.keep(told)
    assert (memory.get(1).until, memory.get(2).until) == (30.0, 30.0)
