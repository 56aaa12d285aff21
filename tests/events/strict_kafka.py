"""A broker of a test's own that makes no topic by itself, and can be stopped and started."""

import shutil
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from scripts.processes import Child
from tests.events.published import wait_until
from tests.own_kafka import kafka_of_its_own


class StrictKafka:
    """Its data lie under `place`."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._kafka = kafka_of_its_own(place)
        self._kafka.prepare()
        text = self._kafka.settings.read_text()
        assert "auto.create.topics.enable=true" in text
        self._kafka.settings.write_text(
            text.replace("auto.create.topics.enable=true", "auto.create.topics.enable=false")
        )
        self._child: Child | None = None
        self._starts = 0

    @property
    def addresses(self) -> list[str]:
        """As the setting has them."""
        return [self._kafka.bootstrap]

    def start(self) -> None:
        """Starts it, and waits until it works."""
        self._starts += 1
        self._child = self._kafka.child(self._place / f"kafka-{self._starts}.log").start()
        wait_until(self._ready, 60)

    def stop(self) -> None:
        """Its clean end."""
        assert self._child is not None
        self._child.ask_to_stop()
        wait_until(lambda: self._child is None or self._child.exit_code() is not None)
        self._child.kill_group()

    def remove(self) -> None:
        """It, and its data."""
        self.stop()
        shutil.rmtree(self._place / "kafka", ignore_errors=True)

    def topic_create(self, name: str, partitions: int = 1) -> None:
        """Makes a topic, and waits until it is there."""
        admin = KafkaAdminClient(bootstrap_servers=self.addresses)
        try:
            admin.create_topics([NewTopic(name, partitions, 1)])
            admin.wait_for_topics([name])
        finally:
            admin.close()

    def topic_delete(self, name: str) -> None:
        """Takes a topic away, and waits until it is gone."""
        admin = KafkaAdminClient(bootstrap_servers=self.addresses)
        try:
            admin.delete_topics([name])
            wait_until(lambda: name not in admin.list_topics())
        finally:
            admin.close()

    def _ready(self) -> bool:
        assert self._child is not None
        assert self._child.exit_code() is None, self._child.tail()
        try:
            admin = KafkaAdminClient(bootstrap_servers=self.addresses, bootstrap_timeout_ms=2000)
        except KafkaError:
            return False
        try:
            return admin.list_topics() is not None
        except KafkaError:
            return False
        finally:
            admin.close()
