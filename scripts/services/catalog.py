"""The three services: what each is called, where it listens by default, how it is built and asked."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scripts.ports import free_port
from scripts.processes import Child
from scripts.servers.account import place_for, server_account
from scripts.servers.kafka import Kafka, java_program
from scripts.servers.postgres import Postgres, ServerFailed, data_version, debian_programs, wheel_programs
from scripts.servers.redis import Redis, redis_program
from scripts.state import State

ROOT = Path(__file__).resolve().parents[2]
PLACE = Path(os.environ.get("SERVICES_DIR") or ROOT / "var" / "services")
DATABASE = "xlcfi"
STOP_SECONDS = {"postgres": 20.0, "redis": 10.0, "kafka": 25.0}
STOP_SIGNAL = {"postgres": signal.SIGINT, "redis": signal.SIGTERM, "kafka": signal.SIGTERM}

# Safe after a power cut by default: benchmarks compare honest commits. Tests make their database anew each time.
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
POSTGRES_OPTIONS = {"max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}


class Ready(Protocol):
    """A server that can be asked whether it answers."""

    def ready(self) -> bool:
        """True when it does."""
        ...


@dataclass(frozen=True)
class Service:
    """A server of ours, prepared, with the program that serves it."""

    name: str
    server: Ready
    program: Child


PORT_VARIABLES = {"postgres": ("PG_PORT", 55432), "redis": ("REDIS_PORT", 56379), "kafka": ("KAFKA_PORT", 59092)}


def wanted_port(name: str, state: State) -> int:
    """The port from the environment, else the one it had last time, else the usual one; a free one if that is taken."""
    variable, usual = PORT_VARIABLES[name]
    given = os.environ.get(variable, "").strip()
    if given and not given.isdecimal():
        raise ServerFailed(f"{variable} should be a port number such as {usual}, not {given!r}")
    return free_port(int(given) if given else state.ports.get(name, usual))


def service(name: str, port: int, throwaway: bool) -> Service:
    """Prepare the service `name` (data folder, jars, settings) to listen on `port`. Raises ServerFailed."""
    log = PLACE / "logs" / f"{name}.log"
    if name == "postgres":
        postgres = postgres_server(port)
        postgres.prepare()
        options = POSTGRES_OPTIONS | (THROWAWAY if throwaway else {})
        return Service(name, postgres, postgres.child(log, options, outlives_us=True))
    if name == "redis":
        redis = redis_server(port)
        return Service(name, redis, redis.child(log, outlives_us=True))
    kafka = kafka_server(port)
    kafka.prepare()
    return Service(name, kafka, kafka.child(log, outlives_us=True))


def postgres_server(port: int) -> Postgres:
    """Debian's PostgreSQL on `port`; where there is none, the wheel's."""
    account = server_account()
    folder = place_for(PLACE / "postgres", account)
    made_by = data_version(folder)
    programs = debian_programs(made_by) or wheel_programs(made_by)
    return Postgres(programs=programs, folder=folder, port=port, account=account)


def redis_server(port: int) -> Redis:
    """Debian's Redis on `port`; where there is none, the wheel's."""
    program = redis_program()
    if program is None:
        raise ServerFailed("there is no redis-server (Debian: apt-get install redis-server)")
    return Redis(program=program, folder=PLACE / "redis", port=port)


def kafka_server(port: int) -> Kafka:
    """Apache Kafka on `port`."""
    java = java_program()
    if java is None:
        raise ServerFailed("Kafka needs Java 17 (Debian: apt-get install openjdk-17-jre-headless)")
    return Kafka(java=java, folder=PLACE / "kafka", port=port)


def address(name: str, port: int) -> tuple[str, str]:
    """The environment variable and its value by which the project reaches the service `name` on `port`."""
    if name == "postgres":
        return "DATABASE_URL", f"postgres://postgres@127.0.0.1:{port}/{DATABASE}"
    if name == "redis":
        return "REDIS_URL", f"redis://127.0.0.1:{port}/0"
    return "KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{port}"
