"""Real servers that misbehave in one way each, on a loopback port of their own."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does `talk` with each connection; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)
    over = threading.Event()

    def serve():
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(connection,), daemon=True).start()

    def speak(connection):
        with connection, suppress(OSError):
            talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def hangs(connection: socket.socket) -> None:
    """Accept, read, never say a word."""
    while connection.recv(4096):
        pass


def resets(connection: socket.socket) -> None:
    """Read something, then break the connection off."""
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says(*answers: bytes) -> Callable[[socket.socket], None]:
    """Give one answer to each message."""

    def talk(connection):
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)
        hangs(connection)

    return talk


def trickles(answer: bytes, *, every: float = 0.2) -> Callable[[socket.socket], None]:
    """Answer a byte at a time: each arrives in time, all together never do."""

    def talk(connection):
        connection.recv(4096)
        for number in range(len(answer)):
            connection.sendall(answer[number : number + 1])
            time.sleep(every)
        hangs(connection)

    return talk


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
