"""A real Apache Kafka of our own: one KRaft node, its jars by Maven coordinates, run as plain Java."""

import base64
import re
import shutil
import subprocess
import time
import uuid
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from scripts.ports import LOOPBACK, free_port
from scripts.processes import Child
from scripts.servers.postgres import ServerFailed

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "kafka"
PROBE_TOPIC = "services.probe"
OLDEST_JAVA = 17
TRIES = 3


def java_program() -> Path | None:
    """`java` of version 17 or newer, or None."""
    for name in ("java", *(str(path) for path in sorted(Path("/usr/lib/jvm").glob("*/bin/java")))):
        path = shutil.which(name)
        if path is None:
            continue
        told = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
        match = re.search(r'version "(\d+)', told)
        if match and int(match[1]) >= OLDEST_JAVA:
            return Path(path)
    return None


def _cluster_id() -> str:
    """A UUID in Kafka's spelling; as Kafka does, none that begins with a dash, which reads as an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


class Kafka:
    """One broker with its data in `folder`, on a loopback port."""

    def __init__(self, *, java: Path, folder: Path, port: int) -> None:
        self.java = java
        self.folder = folder
        self.port = port
        self.libs = folder / "libs"
        self.settings = folder / "server.properties"

    @property
    def bootstrap(self) -> str:
        """The address as KAFKA_BOOTSTRAP_SERVERS."""
        return f"{LOOPBACK}:{self.port}"

    def jars_ensure(self) -> None:
        """Copy the jars that deploy/kafka/pom.xml names, once for each state of that file. Raises ServerFailed."""
        pom = DEPLOY / "pom.xml"
        stamp = self.folder / "libs.pom.xml"
        if stamp.exists() and stamp.read_bytes() == pom.read_bytes():
            return
        maven = shutil.which("mvn")
        if maven is None:
            raise ServerFailed("Kafka's jars come by Maven, and there is no `mvn` (Debian: apt-get install maven)")
        shutil.rmtree(self.libs, ignore_errors=True)
        command = [maven, "-q", "-B", "-ntp", "-f", str(pom), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={self.libs}"]
        for attempt in range(TRIES):
            result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
            if result.returncode == 0:
                stamp.write_bytes(pom.read_bytes())
                return
            time.sleep(2 * attempt)
        raise ServerFailed("Maven could not fetch Kafka's jars:\n" + (result.stdout + result.stderr)[-2000:])

    def prepare(self) -> None:
        """Write the settings and format the storage where it is new. Raises ServerFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.jars_ensure()
        text = (DEPLOY / "server.properties").read_text(encoding="utf-8")
        words = {"port": str(self.port), "controller_port": str(free_port()), "data": str(self.folder / "data")}
        for word, value in words.items():
            text = text.replace("{" + word + "}", value)
        self.settings.write_text(text, encoding="utf-8")
        if (self.folder / "data" / "meta.properties").exists():
            return
        command = [*self._java("-Xmx128m"), "kafka.tools.StorageTool"]
        command += ["format", "--config", str(self.settings), "--cluster-id", _cluster_id(), "--ignore-formatted"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise ServerFailed("Kafka could not format its storage:\n" + (result.stdout + result.stderr)[-2000:])

    def child(self, log: Path, outlives_us: bool = False) -> Child:
        """The broker as a program to start; SIGTERM is its clean shutdown."""
        command = [*self._java("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC"), "kafka.Kafka", str(self.settings)]
        return Child("kafka", command, log=log, cwd=self.folder, outlives_us=outlives_us)

    def ready(self) -> bool:
        """True when a message made the whole way: produced, acknowledged, and read again."""
        word = uuid.uuid4().bytes
        try:
            producer = KafkaProducer(bootstrap_servers=self.bootstrap, acks="all", max_block_ms=5000, retries=3)
            try:
                sent = producer.send(PROBE_TOPIC, word, partition=0).get(timeout=10)
            finally:
                producer.close(timeout=2)
            consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False, group_id=None)
            try:
                place = TopicPartition(PROBE_TOPIC, 0)
                consumer.assign([place])
                consumer.seek(place, sent.offset)
                records = consumer.poll(timeout_ms=5000).get(place, [])
            finally:
                consumer.close()
        except (KafkaError, OSError):
            return False
        return any(record.value == word for record in records)

    def _java(self, *options: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={DEPLOY / 'log4j2.properties'}"
        return [str(self.java), *options, "-Djava.awt.headless=true", logging, "-cp", f"{self.libs}/*"]
