"""Lists as files: CSV that Excel opens with its Korean right, streamed, safe to open, and noted in the admin's log."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from xlcfi.clock import SEOUL, now

ROWS_MOST = 100_000
ROWS_AT_ONCE = 2_000
MAY_EXPORT = "console.export_lists"
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Sheet:
    """A table to be saved. rows may be an iterator: they are written as they come, at most ROWS_MOST of them."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def cell(value: Any) -> str:
    """A value as a file holds it: figures bare, moments in Seoul, text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(SEOUL) if value.tzinfo else value:%Y-%m-%d %H:%M:%S}"
    text = strip_tags(str(value)) if hasattr(value, "__html__") else str(value)
    text = text.replace("\x00", "")
    return "'" + text if text.startswith(_FORMULA) else text


class _Line:
    """What csv writes to: it gives back the line."""

    def write(self, text: str) -> str:
        return text


def lines(sheet: Sheet) -> Iterator[str]:
    """The file, line by line. A sheet that is longer than may be says so in its last line."""
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow([cell(head) for head in sheet.heads]))
    for number, row in enumerate(sheet.rows):
        if number == ROWS_MOST:
            yield str(writer.writerow([cut_words()]))
            return
        yield str(writer.writerow([cell(value) for value in row]))


def cut_words() -> str:
    """That a file does not hold everything."""
    return _("Only the first %(most)s rows: narrow the list down for the others.") % {"most": f"{ROWS_MOST:,}"}


def sheet_response(
    request: HttpRequest, sheet: Sheet, *, model: type[models.Model] | None = None, what: str = ""
) -> StreamingHttpResponse:
    """The sheet as a download, noted in the admin's log: who, what, with which filters. PermissionDenied."""
    if not request.user.has_perm(MAY_EXPORT):
        raise PermissionDenied
    LogEntry.objects.create(
        user_id=int(request.user.pk or 0),
        content_type=None if model is None else ContentType.objects.get_for_model(model, for_concrete_model=False),
        object_id=None,
        object_repr=(what or sheet.name)[:200],
        action_flag=CHANGE,
        change_message=f"Exported: {request.get_full_path()}",
    )
    response = StreamingHttpResponse(lines(sheet), content_type="text/csv; charset=utf-8")
    name = f"{sheet.name}-{now():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
