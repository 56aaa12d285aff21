"""HTTP to one Java service: kept-alive connections, and a time limit that nothing outlasts.

httpcore alone limits each read; a server that sends a byte now and then is never late for it. So the streams below ask
the call's deadline before every read and write. Nothing is followed, decoded, stored or taken from the environment:
no redirects, compression, cookies or proxies.
"""

import select
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore

from xlcfi.addresses import addresses_within
from xlcfi.upstream.deadline import Deadline
from xlcfi.upstream.errors import BadAnswer, TimeIsUp, Unreachable

LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
CONNECT_SECONDS = 0.3
"""Longest wait for one connection: a host that drops packets leaves time for another attempt."""
KEEP_ALIVE_SECONDS = 20.0
"""Shorter than the servers' own (Tomcat: 60 s), so that we rarely write to a connection they are closing."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back: status and body, the body of any status."""

    status: int
    body: bytes


class Transport:
    """The connections to one `base_url`. Thread-safe; for one process, not to be used across a fork."""

    def __init__(self, base_url: str, *, connections: int) -> None:
        self._base_url = base_url.rstrip("/")
        self._pool = httpcore.ConnectionPool(
            max_connections=connections,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=_DeadlineBackend(),
        )

    def exchange(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Exchange:
        """One request and its whole answer before `deadline`. Raises Unreachable, TimeIsUp or BadAnswer."""
        sent = [*headers.items(), ("Accept", "application/json"), ("Accept-Encoding", "identity")]
        token = _deadline.set(deadline)
        try:
            with self._pool.stream(
                method,
                f"{self._base_url}{path}",
                headers=sent,
                content=body,
                extensions={"timeout": {"pool": deadline.left_or_raise()}},
            ) as response:
                return Exchange(response.status, _bounded(response))
        except httpcore.ConnectTimeout as error:
            if deadline.left:
                raise Unreachable("no connection in time") from error
            raise TimeIsUp("no connection in time") from error
        except httpcore.TimeoutException as error:
            raise TimeIsUp("no complete answer in time") from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise BadAnswer(str(error)) from error
        finally:
            _deadline.reset(token)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


_deadline: ContextVar[Deadline] = ContextVar("deadline")


def _bounded(response: httpcore.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_stream():
        size += len(part)
        if size > LARGEST_ANSWER_BYTES:
            raise BadAnswer(f"the answer is longer than {LARGEST_ANSWER_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


class _DeadlineBackend(httpcore.NetworkBackend):
    """Connects within the deadline in force, and gives streams that keep to it."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        deadline = _deadline.get()
        problem: OSError = OSError(f"no address for {host}")
        try:
            for address in addresses_within(host, seconds=min(CONNECT_SECONDS, deadline.left)):
                try:
                    connection = socket.create_connection((address, port), min(CONNECT_SECONDS, _left(deadline)))
                except OSError as error:
                    problem = error
                    continue
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return _DeadlineStream(connection)
        except OSError as error:
            problem = error
        kind = httpcore.ConnectTimeout if isinstance(problem, TimeoutError) else httpcore.ConnectError
        raise kind(str(problem)) from problem


class _DeadlineStream(httpcore.NetworkStream):
    """A connection that looks at the deadline in force before every read and write."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._socket.settimeout(_left(_deadline.get()))
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        try:
            while rest:
                self._socket.settimeout(_left(_deadline.get()))
                rest = rest[self._socket.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(min(2 * CONNECT_SECONDS, _left(_deadline.get())))
            return _DeadlineStream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return _has_something(self._socket)
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return self._socket if info == "socket" else None


def _left(deadline: Deadline) -> float:
    """Seconds left, above 0. Raises TimeoutError, as a socket would."""
    left = deadline.left
    if left <= 0:
        raise TimeoutError("the time limit is over")
    return left


def _has_something(connection: socket.socket) -> bool:
    """Whether an idle connection has bytes or its end to read: then the server has let it go."""
    if connection.fileno() < 0:
        return True
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(0))
