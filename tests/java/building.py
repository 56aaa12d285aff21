"""Builds the Java side once for each state of its sources, into var/java: a second run starts it at once."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent
PLACE = SOURCE.parents[1] / "var" / "java"
MODULES = ("tokens-jjwt11", "tokens-jjwt12", "events")
TRIES = 3


def class_path(module: str) -> str:
    """What `java -cp` needs to run `module`, built first where its sources are new."""
    built = _built()
    return os.pathsep.join([str(built / module / f"{module}-1.jar"), str(built / module / "libs" / "*")])


def _sources() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*") if path.name == "pom.xml" or path.suffix == ".java")


def _digest() -> str:
    found = hashlib.sha256()
    for path in _sources():
        found.update(f"{path.relative_to(SOURCE)}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _built() -> Path:
    place = PLACE / _digest()
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        # Two test runs in one checkout: the second waits for the first one's jars.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            for old in PLACE.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _build(place)
            (place / "complete").touch()
    return place


def _build(place: Path) -> None:
    maven, compiler = shutil.which("mvn"), shutil.which("javac")
    if maven is None or compiler is None:
        pytest.fail(
            "The Java side of the tests needs Maven and a JDK 17 or newer (Debian: apt-get install maven "
            "default-jdk-headless); `make test` installs them.",
            pytrace=False,
        )
    command = [maven, "-q", "-B", "-ntp", "-f", str(SOURCE / "pom.xml"), f"-Dplace={place}", "package"]
    # A Java without compiler can stand before the JDK in the path: Maven gets the JDK's.
    home = Path(compiler).resolve().parents[1]
    environment = os.environ | {"JAVA_HOME": str(home), "MAVEN_OPTS": "-Xmx256m -XX:+UseSerialGC"}
    for attempt in range(TRIES):
        time.sleep(3 * attempt)
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode == 0 and all((place / module / f"{module}-1.jar").exists() for module in MODULES):
            return
    pytest.fail(f"Maven could not build {SOURCE}:\n{(done.stdout + done.stderr)[-3000:]}", pytrace=False)
