"""Takes secrets out of what is going to be written down."""

import re
from collections.abc import Mapping
from functools import lru_cache

HIDDEN = "***"
LONGEST = 32_768

# Bounded on both sides: what is logged may have been made up by somebody, and must not cost seconds.
_SECRET_NAME = (
    r"(?:[\w.\-]{0,40}(?:password|passwd|secret|api[_\-]?key|private[_\-]?key|credential|authorization|cookie"
    r"|session[_\-]?key|sessionid)[\w.\-]{0,40}|[\w.\-]{0,40}token)"
)
_secret_name = re.compile(_SECRET_NAME, re.IGNORECASE)
_secrets = re.compile(
    # a JWT
    r"(?P<jwt>(?<![\w\-])eyJ[\w\-]{4,}\.[\w\-]+(?:\.[\w\-]*)?)"
    # the password in a URL
    r"|(?P<url>://[^\s/@:'\"]*:)[^\s/@'\"]+(?=@)"
    # Authorization: Bearer …, Cookie: …, X-Internal-Token: …
    r"|(?P<scheme>\b(?:bearer|basic)\s+)[^\s,;'\"]+"
    r"|(?P<header>\b(?:authorization|cookie|set-cookie|x-internal-(?:token|secret))\b['\"]?\s*:\s*['\"]?)[^\r\n'\"]+"
    # name=…, and "name": "…" as in JSON or a dict
    rf"|(?P<pair>\b{_SECRET_NAME}=)[^\s&,;'\")\]}}]+"
    rf"|(?P<json>['\"]{_SECRET_NAME}['\"]\s*:\s*b?['\"])[^'\"]*(?=['\"])",
    re.IGNORECASE,
)


def _hide(match: re.Match[str]) -> str:
    kind = match.lastgroup
    return HIDDEN if kind is None or kind == "jwt" else f"{match[kind]}{HIDDEN}"


def text_without_secrets(text: str, known: tuple[str, ...] = ()) -> str:
    """`text` with tokens, passwords and the like, and every one of the `known` secrets, replaced by ***.

    Of more than LONGEST characters the beginning and the end are kept.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {len(text) - LONGEST} characters … {text[-LONGEST // 2 :]}"
    for secret in known:
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return _secrets.sub(_hide, text) if _suspicious(text.lower()) else text


def _suspicious(text: str) -> bool:
    # A cheap look first: nearly no line has anything to hide. Spelled out, since it runs several times in every request
    # and is many times as fast as a regular expression or a loop.
    return (
        "token" in text
        or "secret" in text
        or "pass" in text
        or "key" in text
        or "auth" in text
        or "cookie" in text
        or "session" in text
        or "credential" in text
        or "eyj" in text
        or "bearer" in text
        or "basic" in text
        or "://" in text
    )


@lru_cache(maxsize=1024)
def name_is_secret(name: str) -> bool:
    """Whether what is called `name` is to be hidden."""
    return _secret_name.fullmatch(name) is not None


def value_without_secrets(name: str, value: object, known: tuple[str, ...] = ()) -> object:
    """`value`, called `name`, as JSON can say it: numbers as they are, text without secrets, lists and dicts by part.

    Whatever else it is becomes its str(): a dataclass written out by its fields could show more than it prints.
    """
    if value is None:
        return None
    if name_is_secret(name):
        return HIDDEN
    if isinstance(value, str):
        return text_without_secrets(value, known)
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(key): value_without_secrets(str(key), part, known) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [value_without_secrets("", part, known) for part in value]
    return text_without_secrets(str(value), known)
