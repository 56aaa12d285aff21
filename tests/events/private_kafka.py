"""A broker of one test's own, to be frozen, killed and started again."""

import contextlib
import shutil
import signal
import socket
import time

from tests.own_kafka import kafka_of_its_own


class PrivateKafka:
    """A real broker whose data live under `place`."""

    def __init__(self, place):
        self._kafka = kafka_of_its_own(place)
        self._kafka.prepare()
        self._child = self._kafka.child(place / "kafka.log").start()
        until = time.monotonic() + 60
        # Its port first: a client that knocks too early waits for seconds before it knocks again.
        while not (self._listens() and self._kafka.ready()):
            assert time.monotonic() < until, self._child.tail()
            time.sleep(0.1)

    def _listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._kafka.port), timeout=1):
            return True
        return False

    @property
    def bootstrap(self):
        """Its address."""
        return self._kafka.bootstrap

    def freeze(self):
        """It hangs: connections stay open, and nothing is answered."""
        self._child.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        """It goes on."""
        self._child.process.send_signal(signal.SIGCONT)

    def kill(self):
        """It is gone, without a word."""
        self._child.kill_group()


@contextlib.contextmanager
def private_kafka(place):
    """Running; gone afterwards."""
    broker = PrivateKafka(place)
    try:
        yield broker
    finally:
        broker.kill()
        shutil.rmtree(place / "kafka", ignore_errors=True)
