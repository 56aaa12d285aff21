"""The one way to Redis: short time-outs, one named error, and no second wait for a Redis that is away.

A hanging or absent Redis costs one request about CONNECT_SECONDS or READ_SECONDS; after that every call raises
`RedisAway` at once until a probe, every second to every five, finds it back.
"""

import logging
import os
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.connection import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.retry import Retry

from xlcfi.addresses import addresses_within
from xlcfi.cache.json_codec import BadJson, json_decode, json_encode
from xlcfi.cache.rest import Rest

T = TypeVar("T")
logger = logging.getLogger(__name__)

CONNECT_SECONDS = 0.05
READ_SECONDS = 0.1
REST_FIRST_SECONDS = 1.0
REST_LONGEST_SECONDS = 5.0


class RedisAway(Exception):
    """Redis can't be reached, is too slow or refuses to serve. Go on without it."""


class TolerantRedis(redis.Redis):
    """redis-py's client, whose commands and pipelines raise `RedisAway` whatever keeps Redis from serving.

    Keys are raw, replies bytes. A value that Redis can't hold (None, say) is redis.DataError: a mistake of the caller.
    Fork-safe and thread-safe. `pubsub`, `monitor` and `lock` are not covered: nothing here needs them.
    """

    def __init__(self, *, connection_pool: ConnectionPool, rest: Rest) -> None:
        super().__init__(connection_pool=connection_pool)
        self.rest = rest

    def execute_command(self, *args: Any, **options: Any) -> Any:
        send = super().execute_command
        return _guarded(self.rest, lambda: send(*args, **options))  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: Any = True, shard_hint: Any = None) -> "TolerantPipeline":
        return TolerantPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint, rest=self.rest)


class TolerantPipeline(Pipeline):
    """A pipeline of `TolerantRedis`: `execute` raises `RedisAway` likewise."""

    def __init__(self, *args: Any, rest: Rest) -> None:
        super().__init__(*args)
        self.rest = rest

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        send = super().execute
        return _guarded(self.rest, lambda: send(raise_on_error))

    def immediate_execute_command(self, *args: Any, **options: Any) -> Any:
        send = super().immediate_execute_command
        return _guarded(self.rest, lambda: send(*args, **options))  # type: ignore[no-untyped-call]


def redis_client() -> TolerantRedis:
    """This process's client of the Redis at `settings.REDIS_URL`. Never connects by itself, never fails."""
    where = (os.getpid(), str(settings.REDIS_URL))
    client = _clients.get(where)
    if client is None:
        # setdefault is atomic: two threads that come at once get the same client, and no lock can be held over a fork.
        client = _clients.setdefault(where, _client(where[1]))
    return client


def redis_json_get(key: str) -> Any | None:
    """The JSON value under the raw `key`; fractions come as Decimal. None when absent or not JSON. Raises RedisAway."""
    raw: Any = redis_client().get(key)
    if raw is None:
        return None
    try:
        return json_decode(raw)
    except BadJson:
        return None  # Someone else's or half written: the next set replaces it.


def redis_json_set(key: str, value: Any, *, ttl: int) -> None:
    """Store `value` as plain JSON under the raw `key` for `ttl` seconds. Raises RedisAway and BadJson."""
    redis_client().set(key, json_encode(value), ex=ttl)


_clients: dict[tuple[int, str], TolerantRedis] = {}


class _NamedHostConnection(Connection):
    """Resolves its host's name within the time limit, which redis-py's own connection does not."""

    def _connect(self) -> Any:
        name, problem = self.host, OSError("no address")
        for address in addresses_within(name, seconds=CONNECT_SECONDS):
            try:
                self.host = address
                return super()._connect()  # type: ignore[no-untyped-call]
            except OSError as error:
                problem = error
            finally:
                self.host = name  # TLS checks the certificate against the name.
        raise problem


class _NamedHostSSLConnection(SSLConnection, _NamedHostConnection):
    """The same under TLS: SSLConnection wraps the socket that the class after it connects."""


def _client(url: str) -> TolerantRedis:
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": READ_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "socket_keepalive": True,
        # No CLIENT SETINFO: one round trip less for each new connection.
        "lib_name": None,
        "lib_version": None,
    }
    options.update(parse_url(url))  # type: ignore[no-untyped-call]
    wanted = options.pop("connection_class", Connection)
    if wanted is UnixDomainSocketConnection:
        options.pop("socket_keepalive")
        options["connection_class"] = wanted
    else:
        options["connection_class"] = _NamedHostSSLConnection if wanted is SSLConnection else _NamedHostConnection
    rest = Rest(first=REST_FIRST_SECONDS, longest=REST_LONGEST_SECONDS)
    return TolerantRedis(connection_pool=ConnectionPool(**options), rest=rest)


def _guarded(rest: Rest, action: Callable[[], T]) -> T:
    probing = rest.resting
    if not rest.may_try():
        raise RedisAway("Redis did not answer a moment ago")
    try:
        done = action()
    except (redis.ConnectionError, redis.TimeoutError, redis.InvalidResponse, OSError) as error:
        if rest.failed(probing=probing):
            logger.warning("Redis is away, going on without it: %s", error)
        raise RedisAway(str(error)) from error
    except (redis.exceptions.NoScriptError, redis.DataError):
        # redis-py's Script catches the first, loads the script and asks again; the second is a mistake in our code.
        raise
    except redis.RedisError as error:
        # It answered, but with a refusal: out of memory, read-only replica, a key of another type.
        _found_back(rest, probing)
        raise RedisAway(str(error)) from error
    _found_back(rest, probing)
    return done


def _found_back(rest: Rest, probing: bool) -> None:
    if probing:
        rest.succeeded()
        logger.info("Redis is back")
