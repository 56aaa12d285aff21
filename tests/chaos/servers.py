"""PostgreSQL, Kafka and Redis of the chaos test's own, to be stopped, killed and started again as one likes."""

import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import redis
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from scripts.ports import free_port
from scripts.processes import Child, stop_all
from scripts.servers.account import outside_place, place_for, server_account
from scripts.servers.postgres import Postgres, ServerFailed, debian_programs, wheel_programs
from scripts.servers.redis import Redis, redis_program
from tests.own_kafka import kafka_of_its_own

DATABASE = "chaos"
# A server that is killed loses nothing that it has handed to the system: only a power cut would. But what a commit
# promises must be handed over by then, so synchronous_commit stays on.
OPTIONS = {"fsync": "off", "synchronous_commit": "on", "shared_buffers": "64MB", "max_connections": "120"}
# A broker that was killed is let in again as soon as its last sign of life is this old.
IMPATIENT = "\nbroker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=400\n"
START_SECONDS = 60.0
STOP_SECONDS = 25.0
DRAINS = {"postgres": signal.SIGQUIT, "kafka": signal.SIGKILL}


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float, every: float = 0.1) -> None:
    """Returns once `condition()` holds. Raises TimeoutError, which says what did not come about."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)


class Servers:
    """The three of them, their data and logs under `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        account = server_account()
        self._postgres_place = place_for(place / "postgres", account)
        self.postgres = Postgres(
            programs=debian_programs() or wheel_programs(),
            folder=self._postgres_place,
            port=free_port(),
            account=account,
        )
        program = redis_program()
        if program is None:
            raise ServerFailed("Redis needs its server: see `make services`")
        self.kafka = kafka_of_its_own(place)
        self.redis = Redis(program=program, folder=place / "redis", port=free_port())
        self._children: dict[str, Child] = {}
        self._starts = 0

    @property
    def environment(self) -> dict[str, str]:
        """Where the project's processes find them."""
        return {
            "DATABASE_URL": self.postgres.url(DATABASE),
            "REDIS_URL": self.redis.url,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap,
        }

    def start(self) -> None:
        """All three, side by side. Raises ServerFailed and TimeoutError."""
        self.postgres.prepare()
        self.kafka.prepare()
        with self.kafka.settings.open("a", encoding="utf-8") as settings:
            settings.write(IMPATIENT)
        for name in ("kafka", "postgres", "redis"):
            self._start(name)
        for name in ("postgres", "redis", "kafka"):
            self.wait(name)
        self.postgres.database_ensure(DATABASE)

    def stop_all(self) -> None:
        """The end of them, and of their data."""
        stop_all(self._children.values(), 5.0)
        shutil.rmtree(outside_place(self._place / "postgres"), ignore_errors=True)
        for name in ("postgres", "kafka", "redis"):
            shutil.rmtree(self._place / name, ignore_errors=True)

    def stop(self, name: str, *, gently: bool) -> None:
        """postgres: its fast or its immediate shutdown; kafka: its clean one or SIGKILL."""
        child = self._children[name]
        if gently:
            child.ask_to_stop()
        elif child.process:
            child.process.send_signal(DRAINS[name])
        wait_until(lambda: child.exit_code() is not None, what=f"{name} stops", seconds=STOP_SECONDS, every=0.05)
        child.kill_group()

    def again(self, name: str) -> None:
        """Starts it where it stopped, and waits until it works."""
        self._start(name)
        self.wait(name)

    def wait(self, name: str) -> None:
        """Until it does real work."""
        child, server = self._children[name], getattr(self, name)

        def works() -> bool:
            if child.exit_code() is not None:
                raise ServerFailed(f"{name} has ended:\n{child.tail()}")
            return self._broker_answers() if name == "kafka" else bool(server.ready())

        wait_until(works, what=f"{name} starts", seconds=START_SECONDS)

    def _broker_answers(self) -> bool:
        """Whether every partition has its leader again; cheaper than the whole way of a message."""
        try:
            admin = KafkaAdminClient(
                bootstrap_servers=self.kafka.bootstrap, bootstrap_timeout_ms=2_000, request_timeout_ms=3_000
            )
        except KafkaError:
            return False
        try:
            about = admin.describe_topics()
            places = [
                TopicPartition(topic["name"], p["partition_index"]) for topic in about for p in topic["partitions"]
            ]
            return not places or bool(admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST)))
        except KafkaError:
            return False
        finally:
            admin.close()

    def connection(self) -> "psycopg2.extensions.connection":
        """A connection to the database, each statement a transaction of its own."""
        found = psycopg2.connect(self.postgres.url(DATABASE), connect_timeout=5)
        found.autocommit = True
        return found

    def redis_client(self) -> redis.Redis:
        """A client of the Redis."""
        return redis.Redis.from_url(self.redis.url)

    def _start(self, name: str) -> None:
        self._starts += 1
        log = self._place / "logs" / f"{name}-{self._starts}.log"
        if name == "postgres":
            self.postgres.prepare()
            child = self.postgres.child(log, OPTIONS)
        else:
            child = getattr(self, name).child(log)
        self._children[name] = child.start()
