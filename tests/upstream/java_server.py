"""A Java service on a real socket that answers as told: well, late, byte by byte, broken or not at all."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


Behaviour = Callable[["JavaServer", socket.socket, Received], None]


@dataclass
class JavaServer:
    """Listens on a free loopback port until closed. `plan` holds behaviours for the next requests, then `otherwise`."""

    otherwise: Behaviour
    plan: list[Behaviour] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self):
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_connections(self):
        with self._lock:
            return len(self._open)

    def close(self):
        self.closing.set()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while (request := _request_read(connection)) is not None:
                with self._lock:
                    self.received.append(request)
                    behave = self.plan.pop(0) if self.plan else self.otherwise
                behave(self, connection, request)
        except OSError:
            pass  # The client has gone, or a behaviour closed the connection.
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


def _request_read(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return None
        head += part
    head, _, body = head.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    length = int(headers.get("Content-Length", 0))
    while len(body) < length:
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Received(method, path, headers, body)


def _head(status, length, extra=""):
    return f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{extra}\r\n".encode()


def product(product_id, **fields):
    """A product as our Java service writes it."""
    return {"id": product_id, "name": f"java {product_id}", "price": 1000.5, "currency": "KRW", "stock": 3} | fields


def answer(body, *, status=200, extra=""):
    """Answer at once with `body` (JSON, or bytes as they are)."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def behave(server, connection, request):
        connection.sendall(_head(status, len(raw), extra) + raw)

    return behave


def products(server, connection, request):
    """Answer a batch request as the contract says."""
    ids = request.json.get("product_ids", request.json.get("productIds"))
    answer({"success": True, "data": {"products": [product(number) for number in ids]}})(server, connection, request)


def hang(server, connection, request):
    """Say nothing."""
    server.closing.wait(30)


def trickle_head(server, connection, request):
    """A byte of the head now and then, so that no single read is ever late."""
    for byte in _head(200, 10) * 100:
        if server.closing.wait(0.05):
            return
        connection.sendall(bytes([byte]))


def trickle_body(server, connection, request):
    """The head at once, then a byte of the body now and then."""
    connection.sendall(_head(200, 100_000))
    while not server.closing.wait(0.05):
        connection.sendall(b" ")


def stop_midway(server, connection, request):
    """Promise a body, send half, close."""
    connection.sendall(_head(200, 100) + b'{"success": true')
    connection.close()


def reset(server, connection, request):
    """Break the connection off with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def huge(server, connection, request):
    """A body without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    part = b"10000\r\n" + b" " * 65536 + b"\r\n"
    while not server.closing.is_set():
        connection.sendall(part)


def endless_head(server, connection, request):
    """Headers without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not server.closing.is_set():
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def late(seconds):
    """The right answer, after a while."""

    def behave(server, connection, request):
        time.sleep(seconds)
        products(server, connection, request)

    return behave


error_500 = answer({"success": False, "error": {"code": "X"}}, status=500)
broken_json = answer(b'{"success": true, "data": {"products": [')
not_http = lambda server, connection, request: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")  # noqa: E731
wrong_shape = answer({"success": True, "data": "all of them"})
says_failed = answer({"success": False, "data": None, "error": {"code": "OOPS"}})
deep_json = answer(b"[" * 200_000)
compressed = answer(b"\x1f\x8b\x08\x00rubbish", extra="Content-Encoding: gzip\r\n")
unauthorized = answer({"success": False}, status=401)
missing = answer({"success": False}, status=404)


def redirect(server, connection, request):
    """Send the caller to somewhere else on this server."""
    answer(b"", status=302, extra=f"Location: {server.url}/elsewhere\r\n")(server, connection, request)


FAULTS = {
    "hangs": hang,
    "trickles its head": trickle_head,
    "trickles its body": trickle_body,
    "stops midway": stop_midway,
    "resets": reset,
    "answers 500": error_500,
    "answers broken JSON": broken_json,
    "answers JSON of endless depth": deep_json,
    "answers a wrong shape": wrong_shape,
    "says that it failed": says_failed,
    "is no HTTP server": not_http,
    "answers without end": huge,
    "sends headers without end": endless_head,
    "compresses unasked": compressed,
    "redirects": redirect,
    "refuses the token": unauthorized,
    "has no such path": missing,
}
