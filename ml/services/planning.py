"""Taking planning data in from a CSV file: all of it or nothing."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import fields

from ml.models import CategoryPlanning, ProductPlanning
from xlcfi import clock

ROWS_AT_MOST = 200_000
ERRORS_AT_MOST = 1_000
ROWS_A_STATEMENT = 5_000
KINDS: tuple[tuple[str, type[models.Model], str], ...] = (
    ("product_id", ProductPlanning, "products"),
    ("category_id", CategoryPlanning, "categories"),
)
_OWN = frozenset({"updated_at", "source"})


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a line of the file. line: 1 is the header; column: empty where the whole line is wrong."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: " + (f"{self.column}: " if self.column else "") + self.message


@dataclass(slots=True)
class ImportReport:
    """What a file says. With errors nothing was written."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        """Rows that say what is known already."""
        return self.rows - self.created - self.changed - len({error.line for error in self.errors})


def planning_import(*, lines: Iterable[str], source: str, apply: bool) -> ImportReport:
    """Take the planning in `lines` (a CSV file with a header) in, in one transaction, or say what it would change.

    The header names `product_id` or `category_id` and any of that table's columns; columns that it does not name stay
    as they are, an empty cell makes a value unknown. Nothing is written where any line is wrong, or without `apply`.
    """
    report = ImportReport()
    reader = csv.reader(lines)
    header = _header(reader, report)
    if header is None:
        return report
    key, model, table = next(kind for kind in KINDS if kind[0] in header)
    given = list(_rows(reader, header, model, key, report))
    _unknown_refuse(given, key, table, report)
    columns = [name for name in header if name != key]
    with transaction.atomic():
        for start in range(0, len(given), ROWS_A_STATEMENT):
            _rows_put(given[start : start + ROWS_A_STATEMENT], model, key, columns, source, report)
        if report.errors or not apply:
            transaction.set_rollback(True)
    return report


def _header(reader: "Iterator[list[str]]", report: ImportReport) -> list[str] | None:
    header = [name.strip().lower().removeprefix("\ufeff") for name in next(reader, [])]
    keys = [kind for kind in KINDS if kind[0] in header]
    if len(keys) != 1:
        report.errors.append(RowError(1, "", "The header has to name either product_id or category_id."))
        return None
    known = {name.name for name in keys[0][1]._meta.concrete_fields} - _OWN
    for name in header:
        if name not in known:
            report.errors.append(RowError(1, name, f"Unknown column. Known: {', '.join(sorted(known))}."))
        elif header.count(name) > 1:
            report.errors.append(RowError(1, name, "Named twice."))
    if len({"unit_cost", "currency"} & set(header)) == 1:
        report.errors.append(RowError(1, "currency", "unit_cost and currency go together."))
    return None if report.errors else header


def _rows(
    reader: Any, header: Sequence[str], model: type[models.Model], key: str, report: ImportReport
) -> "Iterator[tuple[int, models.Model]]":
    """(line, row) of each line that is right; what is wrong with the others goes into the report."""
    seen: dict[int, int] = {}
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            report.rows += 1
            if report.rows > ROWS_AT_MOST:
                report.errors.append(RowError(reader.line_num, "", f"More than {ROWS_AT_MOST:,} rows."))
                return
            if len(report.errors) >= ERRORS_AT_MOST:
                return
            row = _row(cells, header, model, reader.line_num, report)
            if row is None:
                continue
            if row.pk in seen:
                report.errors.append(RowError(reader.line_num, key, f"Was given in line {seen[row.pk]} already."))
                continue
            seen[row.pk] = reader.line_num
            yield reader.line_num, row
    except csv.Error as error:
        report.errors.append(RowError(reader.line_num, "", f"Not CSV: {error}."))


def _row(
    cells: Sequence[str], header: Sequence[str], model: type[models.Model], line: int, report: ImportReport
) -> models.Model | None:
    if len(cells) != len(header):
        report.errors.append(RowError(line, "", f"Has {len(cells)} cells, the header {len(header)}."))
        return None
    row = model()
    for name, cell in zip(header, cells, strict=True):
        text = cell.strip()
        setattr(row, name, text if text or isinstance(model._meta.get_field(name), fields.CharField) else None)
    wrong = len(report.errors)
    try:
        row.clean_fields(exclude=_OWN)
    except ValidationError as error:
        report.errors += [
            RowError(line, name, " ".join(messages)) for name, messages in sorted(error.message_dict.items())
        ]
    if isinstance(row, ProductPlanning) and row.unit_cost is not None and not row.currency:
        report.errors.append(RowError(line, "currency", "A unit cost needs a currency."))
    return row if len(report.errors) == wrong else None


def _unknown_refuse(given: "Sequence[tuple[int, models.Model]]", key: str, table: str, report: ImportReport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", [[row.pk for _, row in given]])
        known = {row[0] for row in cursor.fetchall()}
    report.errors += [
        RowError(line, key, f"The platform has no {key.removesuffix('_id')} {row.pk}.")
        for line, row in given
        if row.pk not in known
    ]
    report.errors.sort(key=lambda error: error.line)


def _rows_put(
    given: "Sequence[tuple[int, Any]]",
    model: type[models.Model],
    key: str,
    columns: Sequence[str],
    source: str,
    report: ImportReport,
) -> None:
    manager: Any = model._default_manager
    known = {row.pk: row for row in manager.filter(pk__in=[row.pk for _, row in given]).select_for_update()}
    moment: datetime = clock.now()
    changed = []
    for _, row in given:
        before = known.get(row.pk)
        if before is not None and all(getattr(before, name) == getattr(row, name) for name in columns):
            continue
        report.created += before is None
        report.changed += before is not None
        row.source = source
        row.updated_at = moment
        changed.append(row)
    manager.bulk_create(
        sorted(changed, key=lambda row: row.pk),
        update_conflicts=True,
        unique_fields=[key],
        update_fields=[*columns, "source", "updated_at"],
    )
