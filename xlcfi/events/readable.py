"""What arrived as bytes, made readable for people."""

import base64
import re
from collections.abc import Iterable, Sequence

import msgspec

# A page, or a terminal, can bear so much of a payload; the whole of it is in the table.
SHOWN_CHARACTERS = 20_000
HEX_BYTES = 256
HEX_A_LINE = 16

# Control characters have no picture of their own, and a NUL ends many a text early.
_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}


# An escape of JSON, two where they are the halves of one letter. The last alternative steps over all others, so that
# what follows an escaped backslash is no escape.
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")


class Readable(msgspec.Struct, frozen=True):
    """Bytes as text. kind: "json", "wrapped" (JSON in a JSON string), "text", "bytes" (no UTF-8) or "none".

    text: the beginning of it, JSON indented, digits as they were sent. size: bytes. cut: there is more of it.
    hexadecimal: a dump of the first bytes of what is no text, else "".
    """

    kind: str
    text: str
    size: int
    cut: bool = False
    hexadecimal: str = ""


def readable(data: bytes | None, *, characters: int = SHOWN_CHARACTERS) -> Readable:
    """`data` for people to read; None is a tombstone, or no key."""
    if data is None:
        return Readable("none", "", 0)
    kind, text = _text_of(data)
    text = text.translate(_PICTURES)
    return Readable(
        kind, text[:characters], len(data), len(text) > characters, hex_dump(data) if kind == "bytes" else ""
    )


def _text_of(data: bytes) -> tuple[str, str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "bytes", data.decode("utf-8", "replace")
    indented = _indented(data)
    if indented is None:
        return "text", text
    if indented.startswith('"'):
        inner = _string_in(data)
        nested = None if inner is None else _indented(inner.encode("utf-8", "replace"))
        if nested is not None and nested.startswith(("{", "[")):
            return "wrapped", nested
    return "json", indented


def _indented(data: bytes) -> str | None:
    """JSON with indents, its numbers untouched, letters instead of their escapes; None for what is no JSON."""
    try:
        return _ESCAPE.sub(_letter, msgspec.json.format(data, indent=2).decode())
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _letter(escape: re.Match[str]) -> str:
    text = escape.group()
    if not text.startswith("\\u") or int(text[2:6], 16) < 0xA0:
        return text
    units = bytes.fromhex("".join(text.split("\\u")))
    try:
        return units.decode("utf-16-be")
    except UnicodeDecodeError:
        return text  # half of a pair


def _string_in(data: bytes) -> str | None:
    try:
        return msgspec.json.decode(data, type=str)
    except (msgspec.MsgspecError, ValueError):
        return None


def hex_dump(data: bytes) -> str:
    """The first HEX_BYTES of `data`: place, bytes and what of them is ASCII, a line for each sixteen."""
    lines = []
    for start in range(0, min(len(data), HEX_BYTES), HEX_A_LINE):
        part = data[start : start + HEX_A_LINE]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<{HEX_A_LINE * 3}} {shown}")
    return "\n".join(lines)


def headers_readable(kept: Iterable[Sequence[str | None]]) -> list[tuple[str, str]]:
    """(name, value) of headers as the tables keep them: [[name, base64 or null], …]."""
    return [(name or "", _header(None if value is None else base64.b64decode(value))) for name, value in kept]


def _header(value: bytes | None) -> str:
    if value is None:
        return "null"
    # Spring writes partitions, offsets and timestamps as 4 or 8 bytes.
    if len(value) in (4, 8) and value[0] in (0x00, 0xFF):
        return f"{int.from_bytes(value, signed=True)} (0x{value.hex()})"
    try:
        return value.decode().translate(_PICTURES)
    except UnicodeDecodeError:
        return f"0x{value[:HEX_BYTES].hex()}" + ("…" if len(value) > HEX_BYTES else "")


def bytes_size(size: int) -> str:
    """A number of bytes as people say it: 340 B, 1.2 kB, 4.8 MB."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1e3:.1f} kB" if size < 999_950 else f"{size / 1e6:.1f} MB"
