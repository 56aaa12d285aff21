from itertools import count

from tests.upstream.hand_clock import HandClock
from xlcfi.api.tokens import internal_token_check
from xlcfi.upstream.credentials import TokenKeeper


def keeper_and_clock():
    clock, numbers = HandClock(), count(1)
    return TokenKeeper(mint=lambda: f"token-{next(numbers)}", lifetime=3600, clock=clock), clock


def test_a_token_is_made_once_and_used_again():
    keeper, clock = keeper_and_clock()
    assert keeper.token() == "token-1"
    clock.advance(3000)
    assert keeper.token() == "token-1"


def test_a_token_is_replaced_well_before_it_ends():
    keeper, clock = keeper_and_clock()
    keeper.token()
    clock.advance(3600 - 300)
    assert keeper.token() == "token-2"


def test_a_refused_token_is_replaced():
    keeper, _ = keeper_and_clock()
    keeper.token()
    keeper.forget()
    assert keeper.token() == "token-2"


def test_the_token_is_one_that_the_platform_accepts():
    internal_token_check(TokenKeeper().token())
