"""A running Java program of ours: a line of JSON in, a line of JSON out."""

import json
import subprocess
import tempfile
from contextlib import contextmanager
from decimal import Decimal

from scripts.servers.kafka import java_program
from tests.java.building import class_path

# Small, quick to start, and warnings of the Kafka client only.
OPTIONS = (
    "-Xmx128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Duser.timezone=Asia/Seoul",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)


class Refused(Exception):
    """What the Java side threw."""


class JavaProgram:
    """The Main class `main` of `module`, until `end`."""

    def __init__(self, module, main):
        # A file, no pipe: nobody empties it meanwhile.
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the process
        self._process = subprocess.Popen(
            [str(java_program()), *OPTIONS, "-cp", class_path(module), main],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )

    def ask(self, verb, **arguments):
        """What Java answers. Raises Refused with what it threw."""
        try:
            self._process.stdin.write(json.dumps({"verb": verb} | arguments) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        assert line, f"the Java program has ended:\n{self.log}"
        told = json.loads(line, parse_float=Decimal)
        if "error" in told:
            raise Refused(told["error"])
        return told["answer"]

    @property
    def log(self):
        """The end of what it wrote on standard error."""
        self._log.seek(0)
        return self._log.read()[-5000:]

    def end(self):
        """Closes its input, which is its end."""
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._log.close()


@contextmanager
def java(module, main):
    """A running program, ended with the block."""
    program = JavaProgram(module, main)
    try:
        yield program
    finally:
        program.end()
