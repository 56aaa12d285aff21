"""What the admin pages of the loop's tables share: how they show bytes, headers and long texts."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xlcfi.console.admin_base import ReadOnlyAdmin as ReadOnlyAdmin
from xlcfi.console.columns import moment_text as moment
from xlcfi.console.filters import RecentValuesFilter as RecentValuesFilter
from xlcfi.events.readable import Readable, bytes_size, readable

__all__ = [
    "ReadOnlyAdmin",
    "RecentValuesFilter",
    "block",
    "bytes_shown",
    "moment",
    "pairs_shown",
    "payload_shown",
    "shortened",
]


def shortened(text: str, characters: int = 120) -> str:
    """One line of `text` for a list."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1] + "…"


def block(text: str) -> SafeString:
    """Text of several lines, as it is."""
    return format_html('<pre class="console-block">{}</pre>', text)


def bytes_shown(what: Readable) -> SafeString:
    """Bytes for the page: what they are, how many, and their beginning."""
    kinds = {
        "none": _("none"),
        "json": _("JSON"),
        "wrapped": _("JSON inside a JSON string"),
        "text": _("text, not JSON"),
        "bytes": _("not UTF-8: shown with � in place of what is no text, and the first bytes below"),
    }
    if what.kind == "none":
        return format_html("{}", kinds["none"])
    note = f"{kinds[what.kind]}, {bytes_size(what.size)}"
    if what.cut:
        note += ", " + _("only the beginning is shown")
    dump = block(what.hexadecimal) if what.hexadecimal else ""
    return format_html(
        '<div class="console-bytes"><p class="console-note">{}</p>{}{}</div>', note, block(what.text), dump
    )


def payload_shown(row: Any, value: Any) -> SafeString:
    """The bytes of a row's payload for its page; worked out once, however often the page asks."""
    if not hasattr(row, "console_payload"):
        row.console_payload = bytes_shown(readable(None if value is None else bytes(value)))
    shown: SafeString = row.console_payload
    return shown


def pairs_shown(pairs: list[tuple[str, str]]) -> SafeString:
    """Names and values as a table; a dash for none."""
    if not pairs:
        return format_html("{}", "-")
    rows = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', pairs)
    return format_html('<table class="console-table">{}</table>', rows)
