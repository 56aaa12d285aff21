"""Host names to addresses, within a time limit.

`socket.getaddrinfo` knows no time-out: when the name server is away it blocks for many seconds, whatever limits the
connection has. So the lookup runs in a thread of its own, one per name, and whoever asks waits no longer than it may.
"""

import ipaddress
import os
import socket
import threading
import time

FRESH_SECONDS = 30.0
"""How long an answer is used without asking again. A name that moved is followed within this time."""


class _Lookup:
    """What is known about one (host, port), and the thread that is finding out more."""

    def __init__(self) -> None:
        self.addresses: tuple[str, ...] = ()
        self.known_until = 0.0
        self.error: OSError | None = None
        self.running: threading.Event | None = None
        self.lock = threading.Lock()


_lookups: dict[tuple[int, str], _Lookup] = {}


def addresses_within(host: str, *, seconds: float) -> tuple[str, ...]:
    """The IP addresses of `host`, at least one, found in at most `seconds`.

    A last known answer is used while a new one is slow to come. Raises OSError when the name does not resolve, and
    its subclass TimeoutError when nobody knows yet.
    """
    if _is_address(host):
        return (host,)
    lookup = _lookups.setdefault((os.getpid(), host), _Lookup())
    if time.monotonic() < lookup.known_until:
        return lookup.addresses
    with lookup.lock:
        done = lookup.running
        if done is None:
            done = lookup.running = threading.Event()
            threading.Thread(target=_find, args=(host, lookup, done), name=f"resolve {host}", daemon=True).start()
    if not done.wait(seconds):
        if lookup.addresses:
            return lookup.addresses
        raise TimeoutError(f"no address for {host} within {seconds:.3f} s")
    if lookup.error is not None:
        raise OSError(f"no address for {host}: {lookup.error}")
    return lookup.addresses


def _find(host: str, lookup: _Lookup, done: threading.Event) -> None:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        # dict.fromkeys: each address once, in the system's order of preference.
        lookup.addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        lookup.known_until = time.monotonic() + FRESH_SECONDS
        lookup.error = None
    except (OSError, UnicodeError) as error:
        lookup.error = error if isinstance(error, OSError) else OSError(str(error))
    finally:
        with lookup.lock:
            lookup.running = None
        done.set()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
