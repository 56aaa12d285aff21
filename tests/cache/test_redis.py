import os
import socket
import threading
import time
from decimal import Decimal

import pytest
import redis

from tests.bounds import NO_HANG
from xlcfi.cache import redis as access
from xlcfi.cache.json_codec import BadJson
from xlcfi.cache.redis import RedisAway, redis_client, redis_json_get, redis_json_set


def probe_until_back(seconds=5.0):
    """Ask until Redis answers again; how many asked in vain."""
    give_up = time.monotonic() + seconds
    refused = 0
    while time.monotonic() < give_up:
        try:
            redis_client().ping()
            return refused
        except RedisAway:
            refused += 1
            time.sleep(0.02)
    raise AssertionError("Redis was not found back")


def test_keys_are_raw_and_values_plain_json(key):
    redis_json_set(key, {"price": Decimal("35900.10"), "count": 3}, ttl=30)
    assert redis_client().get(key) == b'{"price":35900.10,"count":3}'
    assert redis_json_get(key) == {"price": Decimal("35900.10"), "count": 3}
    assert str(redis_json_get(key)["price"]) == "35900.10"
    assert 0 < redis_client().ttl(key) <= 30


def test_what_is_not_json_counts_as_absent(key):
    redis_client().set(key, b'{"half": ')
    assert redis_json_get(key) is None
    redis_client().set(key, b"\xff\xfe")
    assert redis_json_get(key) is None
    assert redis_json_get(f"{key}:nothing") is None


def test_a_value_without_json_form_is_refused(key):
    with pytest.raises(BadJson):
        redis_json_set(key, {"what": object()}, ttl=30)


def test_a_refusal_of_redis_is_named_but_does_not_count_as_absence(key):
    redis_client().lpush(key, "one")
    with pytest.raises(RedisAway):
        redis_client().get(key)
    assert redis_client().ping()


def test_a_value_that_redis_cannot_hold_is_a_mistake_and_not_absence(key):
    with pytest.raises(redis.DataError):
        redis_client().set(key, None)
    assert redis_client().ping()


def test_a_script_loads_itself_where_redis_does_not_know_it(own_redis):
    script = redis_client().register_script("return tonumber(ARGV[1]) + 1")
    assert script(args=[41]) == 42


def test_an_absent_redis_is_named_at_once_and_left_alone(settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # Bound but not listening: connections are refused.
        settings.REDIS_URL = f"redis://127.0.0.1:{unused.getsockname()[1]}/0"
        for ask in (redis_client().ping, redis_client().pipeline().get("a").execute):
            with pytest.raises(RedisAway):
                ask()
        with pytest.raises(RedisAway, match="a moment ago"):
            redis_client().get("a")


def test_a_frozen_redis_costs_one_short_wait_and_is_found_back(own_redis):
    assert redis_client().ping()
    own_redis.freeze()
    begun = time.monotonic()
    for _ in range(1000):
        with pytest.raises(RedisAway):
            redis_client().get("a")
    # A thousand waits would be a hundred seconds; a first one and a few probes are not.
    assert time.monotonic() - begun < NO_HANG
    own_redis.thaw()
    probe_until_back()
    assert redis_client().set("a", 1)


def test_a_restarted_redis_is_found_back(own_redis):
    assert redis_client().ping()
    own_redis.stop()
    with pytest.raises(RedisAway):
        redis_client().ping()
    own_redis.start()
    probe_until_back()


def test_a_late_reply_is_never_taken_for_the_answer_to_the_next_question(own_redis):
    redis_client().set("first", "one")
    redis_client().set("second", "two")
    own_redis.freeze()
    with pytest.raises(RedisAway):
        redis_client().get("first")
    own_redis.thaw()
    probe_until_back()
    assert redis_client().get("second") == b"two"


def test_a_name_that_nobody_resolves_costs_no_more_than_the_connect_time(settings, monkeypatch):
    release = threading.Event()

    def hang(*args, **kwargs):
        release.wait(30)
        raise socket.gaierror("no name server")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    settings.REDIS_URL = "redis://redis.name-server-away.test:6379/0"
    begun = time.monotonic()
    try:
        with pytest.raises(RedisAway):
            redis_client().ping()
        assert time.monotonic() - begun < NO_HANG
    finally:
        release.set()


def test_a_host_name_connects_like_an_address(own_redis, settings):
    settings.REDIS_URL = f"redis://localhost:{own_redis.port}/0"
    assert redis_client().ping()
    redis_client().connection_pool.disconnect()


def test_a_child_process_gets_a_connection_of_its_own(shared_redis):
    parent = redis_client()
    parent.ping()
    child = os.fork()
    if child == 0:
        fine = redis_client() is not parent and redis_client().echo("child") == b"child"
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert parent.echo("parent") == b"parent"


def test_threads_share_one_client_and_get_their_own_answers(key):
    wrong = []

    def ask(number):
        for _ in range(20):
            if redis_client().echo(str(number)) != str(number).encode():
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert access.redis_client() is redis_client()
