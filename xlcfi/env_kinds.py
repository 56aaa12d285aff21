"""How the text of an environment variable becomes a value. Each parser raises ValueError that says what it wants."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit


class Kind(NamedTuple):
    """A type of setting: its name in the docs, what a value looks like, and its parser."""

    name: str
    looks_like: str
    parse: Callable[[str], Any]


def text() -> Kind:
    """Any text."""
    return Kind("text", "any text", str)


def flag() -> Kind:
    """True or False."""
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    return Kind("bool", "true or false", lambda value: words[_one_of(value.lower(), tuple(words))])


def integer(least: int, most: int) -> Kind:
    """A whole number between two bounds, both included."""

    def parse(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError
        return number

    return Kind("int", f"a whole number from {least} to {most}", parse)


def number(least: float, most: float) -> Kind:
    """A number between two bounds, both included."""

    def parse(value: str) -> float:
        found = float(value)
        if not least <= found <= most:
            raise ValueError
        return found

    return Kind("float", f"a number from {least:g} to {most:g}", parse)


def choice(*options: str) -> Kind:
    """One of a few words."""
    return Kind("enum", " or ".join(options), lambda value: _one_of(value, options))


def words() -> Kind:
    """Words between commas; none at all is a list too."""
    return Kind(
        "list", "words separated by commas", lambda value: [part.strip() for part in value.split(",") if part.strip()]
    )


def whole_numbers() -> Kind:
    """Ids between commas."""
    return Kind(
        "list of int", "whole numbers separated by commas", lambda value: [int(part) for part in words().parse(value)]
    )


def networks() -> Kind:
    """Networks in CIDR notation; a single address is a network of one."""

    def parse(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(part) for part in words().parse(value))

    return Kind("CIDRs", "networks like 10.0.0.0/8,192.168.1.7", parse)


def hosts_and_ports() -> Kind:
    """host:port between commas."""

    def parse(value: str) -> list[str]:
        servers: list[str] = words().parse(value)
        for server in servers:
            host, _, port = server.rpartition(":")
            if not host or not 0 < int(port) < 65536:
                raise ValueError
        return servers

    return Kind("host:port list", "host:9092,other:9092", parse)


def topic_part() -> Kind:
    """A part of a topic's name."""

    def parse(value: str) -> str:
        if not re.fullmatch("[a-zA-Z0-9._-]{1,50}", value):
            raise ValueError
        return value

    return Kind("topic part", "letters, digits, dots, dashes, underscores", parse)


def http_url() -> Kind:
    """The root of an HTTP service, without a slash at the end."""
    return Kind("url", "http://host:8080", lambda value: _checked_url(value, ("http", "https")).rstrip("/"))


def origins() -> Kind:
    """Origins of web pages: scheme, host and port, no path."""

    def parse(value: str) -> list[str]:
        found: list[str] = words().parse(value)
        for origin in found:
            if urlsplit(_checked_url(origin, ("http", "https"))).path:
                raise ValueError
        return found

    return Kind("origins", "https://shop.example.com,https://admin.example.com", parse)


def redis_url() -> Kind:
    """Where Redis is."""

    def parse(value: str) -> str:
        if value.startswith("unix://"):
            return value
        return _checked_url(value, ("redis", "rediss"))

    return Kind("redis url", "redis://user:password@host:6379/0 (or rediss://, unix:///path)", parse)


def database_url() -> Kind:
    """Where PostgreSQL is."""

    def parse(value: str) -> str:
        database_parts(value)
        return value

    return Kind("database url", "postgres://user:password@host:5432/name?sslmode=require (or ?host=/socket/dir)", parse)


def database_parts(url: str) -> dict[str, Any]:
    """NAME, USER, PASSWORD, HOST, PORT and OPTIONS, as Django wants them, of a database URL. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    name = unquote(parts.path.removeprefix("/"))
    if not name or not host:
        raise ValueError
    return {
        "NAME": name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def _checked_url(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    # .port raises ValueError for what is not a port
    if parts.scheme not in schemes or not parts.hostname or parts.port == 0:
        raise ValueError
    return value


def _one_of(value: str, options: tuple[str, ...]) -> str:
    if value not in options:
        raise ValueError
    return value
