"""A Kafka of a test's own, on a free port, with the jars that `make services` has copied already."""

import shutil
from pathlib import Path

from scripts.ports import free_port
from scripts.servers.kafka import Kafka, java_program
from scripts.services import catalog


def kafka_of_its_own(place: Path) -> Kafka:
    """A broker whose data will lie under `place`; not prepared yet, nor started."""
    java = java_program()
    assert java is not None, "Kafka needs Java 17: see `make services`"
    kafka = Kafka(java=java, folder=place / "kafka", port=free_port())
    # Copying them anew takes Maven its time.
    shared = catalog.kafka_server(free_port())
    shared.jars_ensure()
    kafka.folder.mkdir(parents=True, exist_ok=True)
    kafka.libs = shared.libs
    shutil.copy(shared.folder / "libs.pom.xml", kafka.folder / "libs.pom.xml")
    return kafka
