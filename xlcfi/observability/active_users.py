"""How many different users called in the last minutes.

Every worker of every replica notes its users in one sorted set in Redis (member: the user, score: when last seen), so
that `analytics_active_users` is exact and the same wherever Prometheus asks. A request never waits for Redis: a thread
writes what was noted since, at most every two seconds.
"""

import logging
import threading
import time
from collections.abc import Callable

from redis import Redis

from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.observability.metrics import ACTIVE_USERS

KEY = "xlcfi:active_users"
WINDOW_SECONDS = 300
_WRITE_EVERY_SECONDS = 2.0
# A bound on what one process remembers, should somebody send invented ids: beyond it the count is a lower bound.
_MOST_REMEMBERED = 200_000
_log = logging.getLogger(__name__)


class ActiveUsers:
    """The users of this process, and through Redis those of all processes.

    `connect` gives the client; its commands raise RedisAway. Called in the writing thread and at scrapes only.
    """

    def __init__(self, connect: Callable[[], Redis], *, clock: Callable[[], float] = time.time) -> None:
        self._connect = connect
        self._clock = clock
        self._seen: dict[int, float] = {}
        self._unwritten: dict[int, float] = {}
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, user_id: int) -> None:
        """Remember that `user_id` called now. Cheap: no input or output."""
        moment = self._clock()
        with self._lock:
            if len(self._seen) < _MOST_REMEMBERED or user_id in self._seen:
                self._seen[user_id] = self._unwritten[user_id] = moment
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write_for_ever, name="active-users", daemon=True)
                self._thread.start()
        self._work.set()

    def count(self) -> float:
        """Distinct users of the last WINDOW_SECONDS: of all processes, or of this one while Redis is away."""
        since = self._clock() - WINDOW_SECONDS
        try:
            client = self._connect()
            self.write(client)
            return float(str(client.zcount(KEY, f"({since}", "+inf")))
        except RedisAway:
            with self._lock:
                return float(sum(moment > since for moment in self._seen.values()))

    def write(self, client: Redis) -> None:
        """Tell Redis what was noted since the last time. Raises RedisAway; then it is told the next time."""
        since = self._clock() - WINDOW_SECONDS
        with self._lock:
            news = {user: moment for user, moment in self._unwritten.items() if moment > since}
            self._unwritten = {}
            self._seen = {user: moment for user, moment in self._seen.items() if moment > since}
        try:
            with client.pipeline(transaction=False) as pipe:
                if news:
                    # GT: a late writer never makes a user look less recent.
                    pipe.zadd(KEY, {str(user): moment for user, moment in news.items()}, gt=True)
                pipe.zremrangebyscore(KEY, "-inf", since)
                pipe.expire(KEY, WINDOW_SECONDS * 2)
                pipe.execute()
        except RedisAway:
            with self._lock:
                self._unwritten = news | self._unwritten
            raise

    def _write_for_ever(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            try:
                self.write(self._connect())
            except RedisAway as fault:
                _log.debug("active users not written: %s", fault)
            time.sleep(_WRITE_EVERY_SECONDS)


active_users = ActiveUsers(redis_client)
ACTIVE_USERS.read_with(active_users.count)
