"""The environment, typed and checked before anything starts: every problem at once, by its name.

The list is in env_settings/; an entry `NAME` there is `settings.NAME`.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from xlcfi.api.keys import key_is_weak, signing_key
from xlcfi.env_kinds import database_parts
from xlcfi.env_settings import (
    DESK,
    DESK_JWT_SECRET,
    DESK_SECRET_KEY,
    KEY_LOOKS,
    PRODUCTION,
    SETTINGS,
    Setting,
)

__all__ = ["SETTINGS", "EnvironmentRefused", "Setting", "environment", "environment_or_exit"]

REFUSED_EXIT_CODE = 2
KEY_NAMES = ("INTERNAL_JWT_SECRET", "INTERNAL_JWT_SECRET_PREVIOUS")


class EnvironmentRefused(Exception):
    """The environment can't be started with. `problems` has a line for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def environment(source: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting by its name, typed, and INTERNAL_JWT_KEYS, the keys of the secrets, current first.

    Raises EnvironmentRefused with all problems at once.
    """
    source = os.environ if source is None else source
    values: dict[str, Any] = {}
    problems: list[str] = []
    on_a_desk = (source.get("DEPLOYMENT", "").strip() or PRODUCTION) in DESK
    for setting in SETTINGS:
        given = source.get(setting.name, "")
        if not (setting.secret and setting.kind.name == "text"):
            given = given.strip()  # a secret is left as it is: the Java side does not strip it either
        default = setting.on_a_desk if on_a_desk and setting.on_a_desk is not None else setting.default
        if not given and default is None:
            problems.append(f"{setting.name} is missing. It should be {setting.looks_like}. {setting.doc}")
            continue
        try:
            values[setting.name] = setting.kind.parse(given) if given else _default(setting, default or "")
        except ValueError:
            shown = "" if setting.secret else f" {given!r}"
            problems.append(f"{setting.name}{shown} is not valid. It should be {setting.looks_like}. {setting.doc}")
    values["INTERNAL_JWT_KEYS"] = _keys(values, problems)
    if not on_a_desk:
        problems.extend(_unsafe(values))
    if problems:
        raise EnvironmentRefused(problems)
    return values


def environment_or_exit() -> dict[str, Any]:
    """`environment()`; when it is refused, says why on stderr and ends the process: a traceback hides the names."""
    try:
        return environment()
    except EnvironmentRefused as refused:
        _refuse(refused)


def _refuse(refused: EnvironmentRefused) -> NoReturn:
    lines = ["The environment is not complete; nothing was started.", *(f"  - {line}" for line in refused.problems)]
    if not os.environ.get("DEPLOYMENT"):
        lines.append("On a machine of your own, DEPLOYMENT=development gives defaults for all of them.")
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(REFUSED_EXIT_CODE) from None


def _default(setting: Setting, default: str) -> Any:
    # An empty default means "none": an empty list, or empty text for what has no list.
    if default:
        return setting.kind.parse(default)
    try:
        return setting.kind.parse("")
    except ValueError:
        return ""


def _keys(values: Mapping[str, Any], problems: list[str]) -> tuple[bytes, ...]:
    keys = []
    for name in KEY_NAMES:
        if secret := values.get(name):
            try:
                key = signing_key(secret, encoding=values.get("INTERNAL_JWT_SECRET_ENCODING", "base64"))
            except ValueError as error:
                problems.append(f"{name} is not valid: {error}. It should be {KEY_LOOKS}.")
                continue
            keys.append(key)
            if values.get("DEPLOYMENT") not in DESK and (secret == DESK_JWT_SECRET or key_is_weak(key)):
                problems.append(f"{name} is weak or a default. It should be {KEY_LOOKS}.")
    return tuple(keys)


def _unsafe(values: Mapping[str, Any]) -> Iterator[str]:
    """What production does not start with."""
    if values.get("DEBUG"):
        yield "DEBUG is on. It should be false in production."
    if "*" in values.get("ALLOWED_HOSTS", ()):
        yield "ALLOWED_HOSTS is '*'. It should name the hosts, like data.example.com,10.0.0.7."
    secret_key = values.get("SECRET_KEY")
    if secret_key and (_typed(secret_key, least=50) or secret_key == DESK_SECRET_KEY):
        yield "SECRET_KEY is weak or a default. It should be at least 50 random characters."
    if (shared := values.get("INTERNAL_SHARED_SECRET")) and _typed(shared, least=32):
        yield "INTERNAL_SHARED_SECRET is weak. It should be at least 32 random characters."
    if (url := values.get("DATABASE_URL")) and database_parts(url)["PASSWORD"] in PLAIN_PASSWORDS:
        yield "DATABASE_URL has a password that everybody tries first. It should be a random one."
    for name in ("TRUSTED_GATEWAY_CIDRS", "LEGACY_OPEN_CIDRS"):
        if any(network.prefixlen == 0 for network in values.get(name, ())):
            yield f"{name} holds the whole internet. It should be networks like 10.1.2.0/24."


PLAIN_PASSWORDS = ("postgres", "password", "changeme", "change-me", "secret", "admin", "xlcfi")
PLAIN_BEGINNINGS = ("django-insecure", "change", "secret", "default", "example", "your-", "insecure", "test")


def _typed(secret: str, *, least: int) -> bool:
    """Whether `secret` was plainly typed by a person rather than generated."""
    return len(secret) < least or len(set(secret)) < 10 or secret.lower().startswith(PLAIN_BEGINNINGS)
