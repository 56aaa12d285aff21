"""The second half of `make demo`, in the Python of .venv: servers, market, figures, web; then stay until Ctrl-C."""

import contextlib
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from hashlib import sha256

from scripts.demo import programs
from scripts.demo.evening import evening_write
from scripts.demo.keys import Keys, keys_kept
from scripts.demo.place import PLACE, ROOT
from scripts.demo.programs import Platform
from scripts.demo.screen import screen
from scripts.demo.supervisor import ChildDied, Interrupted, Supervisor
from scripts.processes import Child
from scripts.progress import Progress
from scripts.servers.postgres import Postgres, ServerFailed
from scripts.state import State

SCALE = os.environ.get("DEMO_SCALE") or "0.02"
SEED = os.environ.get("DEMO_SEED") or "7"
ADMIN = "admin"


class Demo:
    """The demo's steps in order. What is done for good is noted in the state and not done again."""

    def __init__(self, *, port: int, progress: Progress) -> None:
        self.port = port
        self.progress = progress
        self.state = State.read(PLACE / "state.json")
        self.supervisor = Supervisor(self.state)
        self.keys: Keys = keys_kept(PLACE / "keys.json")

    def start(self) -> None:
        """Everything up to a platform that answers. Raises Interrupted, ChildDied, ServerFailed."""
        self.supervisor.listen()
        self.supervisor.end_leftovers()
        postgres = self._servers()
        self._tables(postgres)
        self._market(postgres)
        self._once("figures", "Figures from the market", ["rebuild", "--apply"])
        # What only events tell: refunds and, of the last weeks, what was viewed and where.
        self._once("refunds", "Refunds", ["replay", str(PLACE / "refunds.jsonl.gz")])
        self._once("events", "Events of the last weeks", ["replay", str(PLACE / "events.jsonl.gz")])
        self.supervisor.start(self.platform.web())  # gets ready meanwhile
        self._once("sights", "Rates, costs, targets, anomalies", self.platform.first_sight())
        self._model()
        token = self._web()
        print(screen(port=self.port, keys=self.keys, admin=ADMIN, token=token, kafka=self.platform.has_kafka))
        sys.stdout.flush()

    def _servers(self) -> Postgres:
        self.progress.step("PostgreSQL")
        postgres = programs.postgres_server(self.state, self.keys)
        self.state.write()
        postgres.prepare()
        self.supervisor.start(postgres.child(PLACE / "logs" / "postgres.log", programs.POSTGRES_OPTIONS), server=True)
        self._wait(postgres.ready, 90, "PostgreSQL")
        self.progress.done(f"127.0.0.1:{postgres.port}")
        self.progress.step("Redis")
        redis = programs.redis_server(self.state, self.keys)
        self.state.write()
        self.supervisor.start(redis.child(PLACE / "logs" / "redis.log"), server=True)
        self._wait(redis.ready, 30, "Redis")
        self.progress.done(f"127.0.0.1:{redis.port}")
        self.platform = Platform(programs.environment(postgres, redis, self.keys, self.port))
        return postgres

    def _tables(self, postgres: Postgres) -> None:
        """The database with all tables and the admin's user; anew when the market was not finished."""
        self.progress.step("Tables")
        wanted = _migrations_fingerprint()
        if self.state.done.get("market") and self.state.done.get("tables") == wanted:
            self.progress.done("kept")
            return
        if not self.state.done.get("market"):
            # A market that was broken off half-way is of no use: begin with an empty database.
            self.state.done.clear()
            programs.LIVE_FILE.unlink(missing_ok=True)
            postgres.database_ensure(programs.DATABASE, fresh=True)
        self._run("migrate", ["migrate", "--noinput"], (0.0, 0.7))
        if not self.state.done.get("admin"):
            login = {"DJANGO_SUPERUSER_PASSWORD": self.keys.admin_password, "DJANGO_SUPERUSER_EMAIL": "admin@localhost"}
            arguments = ["createsuperuser", "--noinput", "--username", ADMIN]
            self.supervisor.run(
                self.platform.manage("admin-user", *arguments, env=login), self.progress, share=(0.7, 1.0)
            )
            self.state.done["admin"] = ADMIN
        self.state.done["tables"] = wanted
        self.state.write()
        self.progress.done()

    def _market(self, postgres: Postgres) -> None:
        """The market, and one evening in it that breaks its pattern."""
        new = not self.state.done.get("market")
        self._once("market", "Market", ["demo_market", "--scale", SCALE, "--seed", SEED, "--out", str(PLACE)])
        if new:
            evening_write(postgres.url(programs.DATABASE))

    def _model(self) -> None:
        """The model of the personal lists. A market too small to learn from goes by the rule without one."""
        try:
            self._once("model", "Trained recommendations", ["train", "recommendations", "--quick"])
        except ChildDied:
            if self.supervisor.asked_to_stop:
                raise
            self.progress.done("none: see var/demo/logs/model.log")

    def _once(self, name: str, title: str, work: list[str] | Child) -> None:
        """A step that is done for good: a command of manage.py, or a program."""
        self.progress.step(title)
        if self.state.done.get(name):
            self.progress.done("kept")
            return
        self.supervisor.run(self.platform.manage(name, *work) if isinstance(work, list) else work, self.progress)
        self.state.done[name] = time.strftime("%Y-%m-%d %H:%M:%S")
        self.state.write()
        self.progress.done()

    def _web(self) -> str:
        """Consumers and live events; returns an internal token once the web, started before, is ready."""
        self.progress.step("Web, consumers, live events")
        programs.LIVE_FILE.touch()
        minting = self.platform.manage("token", "internal_token")
        token = self.supervisor.run(minting, self.progress, share=(0.0, 0.5))
        minting.log.unlink()  # what opens everything for an hour stays in no log
        self.supervisor.start(self.platform.consumers())
        self.supervisor.start(self.platform.live_feed())
        self._wait(self._web_ready, 90, "the web")
        self.progress.done()
        return token.strip().splitlines()[-1] if token.strip() else ""

    def _web_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _wait(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        self.supervisor.wait(ready, seconds=seconds, what=what, progress=self.progress)

    def _run(self, name: str, command: list[str], share: tuple[float, float]) -> None:
        self.supervisor.run(self.platform.manage(name, *command), self.progress, share=share)


def _migrations_fingerprint() -> str:
    """Changes with any migration, so that a start after an update migrates and any other need not."""
    digest = sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("xlcfi/*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """PORT, steps done before, steps in all."""
    port, number, total = (int(argument) for argument in arguments)
    progress = Progress(total=total)
    progress.number = number
    demo = Demo(port=port, progress=progress)
    try:
        return _stay(demo)
    finally:  # whatever happens, also when the terminal that we write to is gone
        demo.supervisor.stop()
        with contextlib.suppress(OSError):
            print("Stopped; the data is kept. Again: make demo. Without the data: make demo-clean", flush=True)


def _stay(demo: Demo) -> int:
    """Start and stay until the end; 0 when somebody asked for it."""
    code = 0
    try:
        demo.start()
        demo.supervisor.watch()
    except Interrupted:
        demo.progress.failed("interrupted")
    except (ChildDied, ServerFailed, OSError) as problem:
        if demo.supervisor.asked_to_stop:  # it ended because it was interrupted too
            demo.progress.failed("interrupted")
        else:
            demo.progress.failed()
            print(f"\nThe demo stops: {problem}", file=sys.stderr)
            code = 1
    print("\nStopping …", flush=True)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
