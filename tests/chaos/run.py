"""A whole run: servers, consumers, input, faults, and what is there at the end."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from tests.chaos.crowd import MARKS, Crowd, Unexpected
from tests.chaos.faults import ARRIVAL_SECONDS, Fault, Mischief, schedule
from tests.chaos.report import Report
from tests.chaos.sender import TOPICS, Sender, held, records_of
from tests.chaos.servers import Servers, wait_until
from tests.chaos.stories import Script, Storyteller
from tests.chaos.watch import Stuck, Watch
from tests.chaos.world import CATEGORIES, USERS, reviews_show, rows_show, world_make
from tests.oracle import State, Told, World, actual, broker_state, differences, expected

ROOT = Path(__file__).resolve().parents[2]
PARTITIONS = 3
# A partition or a queue may stand still for so long once the faults are over: a session, a rebalance, the longest wait
# before a supervised process is started again, twice.
PATIENCE = 75.0
SAID_EVERY = 5.0
STALLS_SHOWN = 6
Log = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """events: about how many records; seconds: of the first phase; marked: processes that die at each mark in it."""

    events: int
    seconds: float
    seed: int
    short: bool
    marked: int


class Caretaker:
    """Starts again what was killed, in a thread; `check` raises what went wrong there."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._stop = threading.Event()
        self._error: Unexpected | None = None
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises Unexpected where a process ended as it must not."""
        if self._error is not None:
            raise self._error

    def leave(self) -> None:
        """Nothing is started again from now on."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.3):
            try:
                self._crowd.look_after()
            except Unexpected as error:
                self._error = error
                return


class Run:
    """One run on servers of its own; `report` holds what is known so far."""

    def __init__(self, plan: Plan, *, log: Log) -> None:
        self._plan, self._log = plan, log
        self.report = Report(seed=plan.seed)
        self._place = _place_of_its_own()
        self._servers = Servers(self._place)
        self._crowd = Crowd(self._place, self._servers.environment)
        self._mischief = Mischief(self._servers, self._crowd, seed=plan.seed, log=self._say)
        self._watch = Watch(self._servers)
        self._told: list[Told] = []
        self._senders: list[Sender] = []
        self._began = time.monotonic()

    def go(self) -> Report:
        """The whole of it. Raises ServerFailed and TimeoutError where it is the test's own servers that fail."""
        try:
            self._prepare()
            caretaker = Caretaker(self._crowd)
            try:
                self._first_phase(caretaker)
                self._last_phase(caretaker)
            except (Stuck, Unexpected) as error:
                self.report.stuck.append(str(error))
                self._say(f"broken off, logs in {self._place / 'logs'}: {error}")
            caretaker.leave()
            for sender in self._senders:
                self._say(f"refused by the broker and sent again: {dict(sender.troubles)}")
            if self._everything_sent():
                self._judge()
        finally:
            self.report.marks = self._crowd.hits()
            self._crowd.stop()
            self._servers.stop_all()
        self.report.seconds = time.monotonic() - self._began
        self.report.kills = self._mischief.kills + self.report.marks.total()
        self.report.faults = self._mischief.faults
        self.report.unhit = [mark for mark in MARKS if not self.report.marks[mark]]
        return self.report

    def _everything_sent(self) -> bool:
        """Whether the broker has all there is; after a failure what is not sent yet stays unsent."""
        if not self.report.stuck:
            return True
        done = [sender.done for sender in self._senders]
        for sender in self._senders:
            sender.stop.set()
            sender.join(10)
        return len(done) == 2 and all(done)

    def _say(self, line: str) -> None:
        self._log(f"{time.monotonic() - self._began:5.0f} s  {line}")

    def _prepare(self) -> None:
        self._say("starting PostgreSQL, Kafka and Redis")
        self._servers.start()
        self._say("making tables and topics")
        self._crowd.run("migrate", "-v0")
        connection = self._servers.connection()
        world_make(connection)
        connection.close()
        admin = KafkaAdminClient(bootstrap_servers=self._servers.kafka.bootstrap)
        admin.create_topics([NewTopic(topic, PARTITIONS, 1) for topic in TOPICS])
        admin.wait_for_topics(TOPICS)
        admin.close()

    def _first_phase(self, caretaker: Caretaker) -> None:
        plan = self._plan
        teller = Storyteller(seed=plan.seed)
        script = teller.script(events=plan.events)
        self._closing = teller.closing()
        self._show(script, later=False)
        self._mischief.people_arrive()
        wait_until(self._watch.everybody_reads, what="consumers arrive", seconds=ARRIVAL_SECONDS, every=0.3)
        faults = schedule(seconds=plan.seconds, seed=plan.seed, short=plan.short)
        rate = len(script.told) / plan.seconds
        sender = self._sender(script.told, rate=rate)
        self._disturb(sender, faults, caretaker, halfway=lambda: self._show(script, later=True))
        self._say("no more faults: everything has to be done now")
        self._crowd.plan({})
        self._drain(caretaker)

    def _last_phase(self, caretaker: Caretaker) -> None:
        """Everybody buys one thing more: what the personal lists must be then depends on the end state only."""
        self._say("closing phase: one purchase by everybody")
        client = self._servers.redis_client()
        client.flushall()
        client.close()
        self._mischief.faults["Redis flushed"] += 1
        hits = self._crowd.hits()
        self._crowd.plan({mark: (1.0 if not hits[mark] else 0.05, hits[mark] + 1) for mark in MARKS})
        sender = self._sender(self._closing, rate=20.0 if self._plan.short else 10.0)
        self._disturb(sender, [Fault(1.0, "kill_child"), Fault(2.0, "kill_replica")], caretaker)
        self._crowd.plan({})
        self._drain(caretaker)

    def _sender(self, told: Sequence[Told], *, rate: float) -> Sender:
        sender = Sender(
            self._servers.kafka.bootstrap, told, seed=self._plan.seed, rate=rate, first_number=len(self._told)
        )
        self._told.extend(told)
        self._senders.append(sender)
        sender.start()
        return sender

    def _show(self, script: Script, *, later: bool) -> None:
        connection = self._servers.connection()
        half = len(script.reviews) // 2
        rows_show(connection, script.later if later else script.before)
        reviews_show(connection, script.reviews[half:] if later else script.reviews[:half])
        connection.close()

    def _disturb(
        self, sender: Sender, faults: list[Fault], caretaker: Caretaker, *, halfway: Callable[[], None] | None = None
    ) -> None:
        """Faults as they fall due, until all of them are over and the broker has everything."""
        began, said = time.monotonic(), 0.0
        left = list(faults)
        while left or not sender.done:
            caretaker.check()
            elapsed = time.monotonic() - began
            if halfway is not None:
                self._marks_plan(elapsed)
            if left and elapsed >= left[0].at:
                self._mischief.do(left.pop(0))
            if halfway is not None and elapsed > self._plan.seconds / 2:
                halfway()
                halfway = _nothing
            if elapsed - said >= SAID_EVERY:
                said = elapsed
                marks = self._crowd.hits().total()
                self._say(
                    f"{len(sender.acknowledged_at):,} sent, {self._mischief.kills + marks} kills, "
                    f"{self._mischief.faults.total()} faults, {self._crowd.restarts} restarts"
                )
            time.sleep(0.2)

    def _marks_plan(self, elapsed: float) -> None:
        """So many kills at each mark, spread over the phase; one that was missed so far is made up for."""
        share = min(1.0, elapsed / self._plan.seconds)
        most = 1 + int(share * self._plan.marked)
        hits = self._crowd.hits()
        self._crowd.plan({mark: (0.05 if hits[mark] >= most - 1 else 0.5, most) for mark in MARKS})

    def _drain(self, caretaker: Caretaker) -> None:
        self._watch.drained(seconds=PATIENCE, meanwhile=caretaker.check)
        self._watch.settled(meanwhile=caretaker.check)
        self._watch.drained(seconds=PATIENCE, meanwhile=caretaker.check)
        self._say("nothing waits any more")

    def _first_times(self, numbered: Sequence[tuple[int, Told]]) -> dict[str, float]:
        """event id -> when the broker had it first."""
        times = {number: at for sender in self._senders for number, at in sender.acknowledged_at.items()}
        found: dict[str, float] = {}
        for number, told in numbered:
            found[told.identity] = min(times[number], found.get(told.identity, float("inf")))
        return found

    def _judge(self) -> None:
        self._say("asking the broker what it holds")
        numbered = held(self._servers.kafka.bootstrap, self._told)
        stalls = self._watch.stalls(self._first_times(numbered))
        self.report.longest_stall = stalls[0].seconds if stalls else 0.0
        started = time.time() - (time.monotonic() - self._began)
        for stall in stalls[:STALLS_SHOWN]:
            self._say(f"{stall.group} committed nothing for {stall.seconds:.1f} s from {stall.at - started:.0f} s on")
        records = [told for _, told in numbered]
        self.report.records = len(records)
        self.report.events = len({told.identity for told in records})
        wanted = expected(records, World(CATEGORIES, dict.fromkeys(USERS, "KR")))
        self.report.sections = {name: len(section) for name, section in wanted.items()}
        self._compare(wanted, "as the consumers left it", lists=True)
        published = broker_state(
            [record for record, _ in records_of(self._servers.kafka.bootstrap, self._published_topics())]
        )
        self.report.differences += differences(wanted, published)
        if self.report.stuck:
            return
        try:
            self._say("everybody leaves")
            for name in self._crowd.names():
                self._crowd.leave(name)
            self._say("rebuilding from the tables and from what events told")
            self._say("; ".join(self._crowd.run("rebuild", "--apply").split("\n")))
            told = self._crowd.run("rebuild")
        except Unexpected as error:
            self.report.stuck.append(str(error))
            return
        if " 0 differ" not in told or "Nothing was written" in told:
            self.report.differences.append(f"wrong: a second rebuild finds differences:\n{told}")
        self._compare(wanted, "after a rebuild", lists=False)

    def _published_topics(self) -> list[str]:
        return ["review.analyzed", *(f"{topic}.DLT" for topic in TOPICS)]

    def _compare(self, wanted: State, when: str, *, lists: bool) -> None:
        connection = self._servers.connection()
        client = self._servers.redis_client() if lists else None
        found = differences(wanted, actual(connection, redis=client))
        connection.close()
        self._say(f"{when}: {len(found)} differences")
        self.report.differences += found


def _place_of_its_own() -> Path:
    """A folder for data and logs. The logs stay until the next run."""
    places = ROOT / "var" / "chaos"
    for old in places.glob("run-*"):
        if not Path(f"/proc/{old.name.removeprefix('run-')}").exists():
            shutil.rmtree(old, ignore_errors=True)
    place = places / f"run-{os.getpid()}"
    shutil.rmtree(place, ignore_errors=True)
    (place / "logs").mkdir(parents=True)
    return place


def _nothing() -> None:
    """There is only one half-way."""


def chaos(plan: Plan, *, log: Log) -> Report:
    """Carries out `plan`; what it led to."""
    return Run(plan, log=log).go()
