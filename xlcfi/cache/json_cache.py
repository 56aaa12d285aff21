"""Answers kept in Redis as plain JSON under the contract's keys: computed once, served stale while computed again.

Beside a value lie marks of our own: `made` (when it was computed, and which change it had seen), `changed` (the last
invalidation) and `lock` (who is computing). A value whose marks are gone is served until its time is over.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import msgspec
from django.db import Error as DatabaseError

from xlcfi.cache.hot import HotCopies
from xlcfi.cache.json_codec import BadJson, json_check, json_decode, json_encode
from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.cache.single_flight import SingleFlight
from xlcfi.observability.metrics import CACHE_READS

T = TypeVar("T")
logger = logging.getLogger(__name__)

PREFIX = "xlcfi:cache"
LOCK_SECONDS = 10.0
"""How long a process that dies while it computes keeps the others from computing."""
PATIENCE_SECONDS = 1.5
"""How long someone who finds no value waits for another's computing before computing too."""
CHANGED_SECONDS = 86_400
"""How long an invalidation is remembered: longer than any value lives."""
RENEW_FROM = 0.9
"""The part of its life after which a value that is asked for is renewed, so that a busy key never runs out."""

_flights: SingleFlight[bytes] = SingleFlight(patience=PATIENCE_SECONDS)
_hot = HotCopies()

# A slow holder whose lock ran out must not overwrite what the next holder is about to store.
_STORE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4])
if holder then redis.call('DEL', KEYS[1]) end
return 1
"""
# ARGV[2] 0: let go; more: keep for so many milliseconds.
_LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"


def cached_json(*, key: str, ttl: int, compute: Callable[[], T], refresh_every: int = 5) -> T:
    """What `compute` returns, after JSON: from Redis when it is there, computed and stored for `ttl` seconds when not.

    The value comes back as JSON makes it (text keys, lists, ISO moments, fractions as Decimal), computed or cached, so
    both are the same. After `cache_invalidate(key)` the next to ask computes anew, at most every `refresh_every`
    seconds; the others get the old value meanwhile. Without Redis it is computed each time, once for all threads that
    ask at once. Raises what `compute` raises, but serves the old value when only the database failed; BadJson when
    the value has no JSON form.
    """
    return cast(T, json_decode(_cached(key, ttl, compute, refresh_every)))


def cached_raw(*, key: str, ttl: int, compute: Callable[[], Any], refresh_every: int = 5) -> msgspec.Raw:
    """The same as JSON text, to be put into an answer as it is: for keys that are asked for all the time.

    What was found under `key` serves this process for a fifth of a second more.
    """
    raw = _hot.get(key)
    if raw is None:
        raw = _cached(key, ttl, compute, refresh_every)
        _hot.keep(key, raw)
    else:
        CACHE_READS.labels(_name_of(key), "hit").inc()
    return msgspec.Raw(raw)


def copies_forget() -> None:
    """Look into Redis at the next question, whatever this process saw a moment ago."""
    _hot.forget()


def _cached(key: str, ttl: int, compute: Callable[[], Any], refresh_every: int) -> bytes:
    if not 0 < ttl <= CHANGED_SECONDS:
        raise ValueError(f"ttl must lie in 1..{CHANGED_SECONDS}, not {ttl}")
    entry = _Entry(key=key, ttl=ttl, refresh_every=refresh_every)
    count = CACHE_READS.labels
    cache = _name_of(key)
    try:
        found = entry.look()
        count(cache, "miss" if not found.known else "stale" if found.due else "hit").inc()
    except RedisAway:
        found = None
        count(cache, "away").inc()
    if found is not None and found.known:
        return entry.renew(found, compute) if found.due else found.raw
    return _flights.run(key, lambda: entry.fill(compute))


def _name_of(key: str) -> str:
    """The first part of a key names the cache: few values, unlike the key."""
    return key.partition(":")[0]


def cache_invalidate(*keys: str) -> bool:
    """Mark what is cached under `keys` as stale. False when Redis is away: then their time-to-live ends them."""
    if not keys:
        return True
    _hot.forget(*keys)
    try:
        pipeline = redis_client().pipeline(transaction=False)
        for key in keys:
            pipeline.set(_mark("changed", key), secrets.token_hex(8), ex=CHANGED_SECONDS)
        pipeline.execute()
    except RedisAway:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Found:
    """One look at a key: `known` if a readable value is there, `due` if it should be computed anew."""

    known: bool
    raw: bytes
    change: str
    due: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    """One key and how long its value is good."""

    key: str
    ttl: int
    refresh_every: int

    def look(self) -> _Found:
        """What Redis has, in one round trip. Raises RedisAway."""
        raw, made, changed = cast(
            "list[bytes | None]", redis_client().mget(self.key, _mark("made", self.key), _mark("changed", self.key))
        )
        change = (changed or b"").decode("ascii", "replace")
        if raw is None:
            return _Found(False, b"", change, due=True)
        try:
            json_check(raw)
        except BadJson:
            return _Found(False, b"", change, due=True)
        return _Found(True, raw, change, due=self._due(made, change))

    def _due(self, made: bytes | None, change: str) -> bool:
        seen, _, moment = (made or b"").decode("ascii", "replace").partition("|")
        try:
            age = time.time() - float(moment)
        except ValueError:
            return bool(change)
        if 0 <= age < self.refresh_every:
            return False
        return seen != change or age >= self.ttl * RENEW_FROM

    def renew(self, found: _Found, compute: Callable[[], Any]) -> bytes:
        """A new value if this thread is the one to compute it, the old one else."""
        try:
            token = self._lock()
        except RedisAway:
            return found.raw
        if token is None:
            return found.raw
        try:
            return self._compute(compute, token=token, change=found.change, keep_lock=self.refresh_every)
        except DatabaseError as error:
            logger.warning("serving the old value of %s: %s", self.key, error)
            return found.raw

    def fill(self, compute: Callable[[], Any]) -> bytes:
        """A value where there is none: another process's, if it comes in time, or one computed here."""
        token, change = None, ""
        give_up = time.monotonic() + PATIENCE_SECONDS
        pause = 0.01
        try:
            while True:
                token = self._lock()
                found = self.look()
                change = found.change
                if found.known:
                    self._let_go(token)
                    return found.raw
                if token is not None or time.monotonic() >= give_up:
                    break
                time.sleep(pause)
                pause = min(pause * 1.5, 0.1)
        except RedisAway:
            return json_encode(compute())
        return self._compute(compute, token=token or secrets.token_hex(8), change=change)

    def _compute(self, compute: Callable[[], Any], *, token: str, change: str, keep_lock: float = 0) -> bytes:
        """Compute and store. After an error the lock stays for `keep_lock` seconds more."""
        begun = time.time()
        computed = False
        try:
            raw = json_encode(compute())
            computed = True
        finally:
            if not computed:
                self._let_go(token, keep_seconds=keep_lock)
        client: Any = redis_client()
        keys = (_mark("lock", self.key), self.key, _mark("made", self.key))
        try:
            client.eval(_STORE, 3, *keys, token, raw, f"{change}|{begun:.3f}", self.ttl)
        except RedisAway as away:
            logger.debug("%s computed but not stored: %s", self.key, away)
        return raw

    def _lock(self) -> str | None:
        token = secrets.token_hex(8)
        taken = redis_client().set(_mark("lock", self.key), token, nx=True, px=round(LOCK_SECONDS * 1000))
        return token if taken else None

    def _let_go(self, token: str | None, *, keep_seconds: float = 0) -> None:
        if token is None:
            return
        client: Any = redis_client()
        try:
            client.eval(_LET_GO, 1, _mark("lock", self.key), token, round(keep_seconds * 1000))
        except RedisAway as away:
            logger.debug("the lock of %s runs out by itself: %s", self.key, away)


def _mark(name: str, key: str) -> str:
    return f"{PREFIX}:{name}:{key}"
