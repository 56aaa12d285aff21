from xlcfi.cache.rest import Rest


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def rest_and_clock():
    clock = Seconds()
    return Rest(first=1, longest=5, clock=clock), clock


def test_while_all_is_well_everybody_may_try():
    rest, _ = rest_and_clock()
    assert rest.may_try()
    assert not rest.resting


def test_after_a_failure_nobody_tries_until_the_rest_is_over():
    rest, clock = rest_and_clock()
    assert rest.failed(probing=False) is True
    clock.now += 0.99
    assert not rest.may_try()
    clock.now += 0.02
    assert rest.may_try()


def test_only_one_caller_probes_after_a_rest():
    rest, clock = rest_and_clock()
    rest.failed(probing=False)
    clock.now += 1.1
    assert [rest.may_try() for _ in range(3)] == [True, False, False]


def test_failed_probes_double_the_rest_up_to_its_longest():
    rest, clock = rest_and_clock()
    rest.failed(probing=False)
    lengths = []
    for _ in range(4):
        waited = 0.0
        while not rest.may_try():
            clock.now += 0.5
            waited += 0.5
        lengths.append(waited)
        rest.failed(probing=True)
    assert lengths == [1.0, 2.0, 4.0, 5.0]


def test_failures_that_were_under_way_together_count_once():
    rest, clock = rest_and_clock()
    assert [rest.failed(probing=False) for _ in range(5)] == [True, False, False, False, False]
    clock.now += 1.1
    assert rest.may_try()


def test_a_good_probe_ends_the_rest():
    rest, clock = rest_and_clock()
    rest.failed(probing=False)
    clock.now += 1.1
    assert rest.may_try()
    rest.succeeded()
    assert rest.may_try()
    assert not rest.resting


def test_a_probe_that_never_reports_is_followed_by_another():
    rest, clock = rest_and_clock()
    rest.failed(probing=False)
    clock.now += 1.1
    assert rest.may_try()
    clock.now += 1.1
    assert rest.may_try()
