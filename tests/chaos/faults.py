"""What goes wrong, and when: drawn once from the seed."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.crowd import Crowd
from tests.chaos.servers import Servers, wait_until

ARRIVAL_SECONDS = 60.0
REPLICATED = ("analytics", "analytics-payment", "recommendation", "ml-review")


@dataclass(frozen=True)
class Fault:
    """at: seconds after the beginning. name: what happens, see Mischief."""

    at: float
    name: str


def schedule(*, seconds: float, seed: int, short: bool) -> list[Fault]:
    """The faults of a run of `seconds`, in their order.

    The short form has each of them once or twice; the long one draws one about every seven seconds.
    """
    if short:
        names = (
            "kill_child", "postgres_fast", "kill_replica", "flush", "replica_leaves", "kafka_killed", "kill_supervisor",
            "replica_leaves", "kill_child", "postgres_immediate", "kill_child", "flush", "kill_replica",
        )  # fmt: skip
        return [Fault(seconds * (0.08 + 0.88 * place / len(names)), name) for place, name in enumerate(names)]
    chance = random.Random(seed)
    weights = {
        "kill_child": 8, "kill_replica": 6, "replica_leaves": 6, "flush": 3, "postgres_fast": 2,
        "postgres_immediate": 2, "kafka_clean": 1, "kafka_killed": 1, "kill_supervisor": 2, "kill_tree": 1,
    }  # fmt: skip
    found, at = [], 8.0
    while at < seconds:
        found.append(Fault(at, chance.choices(list(weights), list(weights.values()))[0]))
        at += chance.uniform(4, 10)
    return found


class Mischief:
    """Does what the schedule says, and counts it."""

    def __init__(self, servers: Servers, crowd: Crowd, *, seed: int, log: Callable[[str], None]) -> None:
        self._servers, self._crowd, self._log = servers, crowd, log
        self._chance = random.Random(seed + 1)
        self._replicas = 0
        self.kills = 0
        self.faults: Counter[str] = Counter()

    def people_arrive(self) -> None:
        """The processes of the beginning."""
        self._crowd.start("supervisor", "consume")
        self._crowd.start("relay", "relay")
        for _ in range(2):
            self._replica_arrives()

    def do(self, fault: Fault) -> None:
        """One fault; returns when it is over and its servers are back."""
        self._log(f"{fault.name}")
        getattr(self, f"_{fault.name}")()

    def _replica_arrives(self) -> None:
        group = REPLICATED[self._replicas % len(REPLICATED)]
        self._replicas += 1
        self._crowd.start(f"{group}-{self._replicas}", "consume", group)

    def _a_replica(self) -> str:
        names = [name for name in self._crowd.names() if name not in ("supervisor", "relay")]
        return self._chance.choice(names)

    def _kill_child(self) -> None:
        self.kills += self._crowd.kill_child_of("supervisor", self._chance.randrange(100))

    def _kill_replica(self) -> None:
        self.kills += self._crowd.kill(self._a_replica(), whole=True)

    def _kill_supervisor(self) -> None:
        """Its children notice that they are alone, and end."""
        self.kills += self._crowd.kill("supervisor", whole=False)

    def _kill_tree(self) -> None:
        self.kills += self._crowd.kill("supervisor", whole=True)

    def _replica_leaves(self) -> None:
        self.faults["replica left, another came"] += 1
        leaving = self._a_replica()
        self._replica_arrives()
        # A process that has not got as far as to listen for signals would just die.
        wait_until(lambda: self._crowd.listens(leaving), what=f"{leaving} listens", seconds=ARRIVAL_SECONDS)
        self._crowd.leave(leaving)

    def _flush(self) -> None:
        self.faults["Redis flushed"] += 1
        client = self._servers.redis_client()
        client.flushall()
        client.close()

    def _postgres_fast(self) -> None:
        self._outage("postgres", gently=True)

    def _postgres_immediate(self) -> None:
        self._outage("postgres", gently=False)

    def _kafka_clean(self) -> None:
        self._outage("kafka", gently=True)

    def _kafka_killed(self) -> None:
        self._outage("kafka", gently=False)

    def _outage(self, name: str, *, gently: bool) -> None:
        self.faults[f"{name} {'stopped' if gently else 'killed'} and started"] += 1
        self._servers.stop(name, gently=gently)
        time.sleep(self._chance.uniform(0.5, 2.5))
        self._servers.again(name)
