"""Makes .venv and installs a requirements file into it: `python -m scripts.setup.venv requirements-dev.txt`."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from scripts.progress import Progress
from scripts.setup.pip_wheel import NoPip, pip_wheel_fetch
from scripts.setup.stamps import Stamps

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TRIES = 3  # a package index on a slow line answers the second time


class SetupFailed(Exception):
    """The environment could not be made; the message says what to do."""


def venv_ensure(requirements: Path, progress: Progress) -> bool:
    """Bring .venv up to `requirements`; False when there was nothing to do. Raises SetupFailed."""
    stamps = Stamps(VENV)
    if stamps.holds(requirements):
        return False
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second finds the work done
        if stamps.holds(requirements):
            return False
        if not _usable():
            progress.step("Python environment")
            _create()
            progress.done(f"Python {sys.version_info[0]}.{sys.version_info[1]} in .venv")
        else:
            progress.total -= 1
        progress.step("Python packages")
        _install(requirements, progress)
        stamps.record(requirements)
        progress.done()
    return True


def _usable() -> bool:
    """True when .venv has a Python of 3.11 or newer that finds a pip."""
    if not PYTHON.exists():
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def _create() -> None:
    """A new .venv with pip in it, whatever of `ensurepip`, the system's pip and the index is there to get it from."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        import venv
    except ImportError as error:
        raise SetupFailed(
            "This Python has no `venv` module. Debian, Ubuntu: sudo apt-get install python3-venv"
        ) from error
    try:
        import ensurepip

        # Debian may lack the module or leave an empty shell of it, without the wheels: then the index is asked.
        ensurepip.version()
        venv.create(VENV, symlinks=True, with_pip=True)
    except (ImportError, AttributeError, OSError, subprocess.CalledProcessError):
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, symlinks=True, with_pip=False)
        with tempfile.TemporaryDirectory() as folder:
            try:
                wheel = pip_wheel_fetch(Path(folder))
            except NoPip as error:
                raise SetupFailed(
                    f"This Python came without pip, and the package index gave none ({error}).\n"
                    "Debian, Ubuntu: sudo apt-get install python3-venv, then start again."
                ) from error
            # A wheel is a zip file that Python can run pip from: it installs itself.
            _run([str(PYTHON), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)])


def _install(requirements: Path, progress: Progress) -> None:
    """pip install, told as progress; tried again when the line failed."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "-r", str(requirements)]
    expected = 2.2 * len(re.findall(r"^\w", requirements.read_text() + (ROOT / "requirements.txt").read_text(), re.M))
    for attempt in range(1, TRIES + 1):
        collected, lines = 0, []
        for line in _lines(command):
            lines.append(line)
            if line.startswith("Collecting "):
                collected += 1
                progress.update(min(0.8, 0.8 * collected / expected), line.partition(" (from")[0])
            elif line.startswith("Installing collected"):
                progress.update(0.85, f"installing {line.count(',') + 1} packages")
            else:
                progress.update()
        if lines and lines[-1] == "exit 0":
            return
        if attempt < TRIES:
            progress.update(detail=f"that failed; try {attempt + 1} of {TRIES}")
    raise SetupFailed("pip could not install the packages. Its last words:\n  " + "\n  ".join(lines[-12:-1]))


def _run(command: list[str]) -> None:
    lines = list(_lines(command))
    if lines[-1] != "exit 0":
        raise SetupFailed("\n".join([" ".join(command), *lines[-12:]]))


def _lines(command: list[str]) -> Iterator[str]:
    """The output of `command` line by line, and 'exit N' as the last. A SIGTERM to us ends it too."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, errors="replace", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None

        def end(number: int, _frame: FrameType | None) -> None:
            process.terminate()
            process.wait()
            raise SystemExit(128 + number)

        before = signal.signal(signal.SIGTERM, end)
        try:
            for line in process.stdout:
                yield line.strip()
        finally:
            signal.signal(signal.SIGTERM, before)
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
    yield f"exit {process.returncode}"


def main(arguments: list[str]) -> int:
    """Install the requirements file named on the command line (requirements-dev.txt unless one is)."""
    requirements = ROOT / (arguments[0] if arguments else "requirements-dev.txt")
    progress = Progress(total=2)
    try:
        venv_ensure(requirements, progress)
    except SetupFailed as error:
        progress.failed()
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.failed("interrupted")
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
