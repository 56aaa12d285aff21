"""Java's zone-less time columns, made right.

A `LocalDateTime` column is `timestamp(6)` without zone and holds the wall clock of Seoul. In every expression the
column is read as `(column AT TIME ZONE 'Asia/Seoul')`, a real `timestamptz`, so that all that Django does with moments
(compare, Max, Now, Coalesce, F) is right whatever the zone of the session, of TIME_ZONE or of the machine. Days, months
and hours are Seoul's whatever zone is activated: see `buckets.py`.
"""

import copy
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Field, Func, Value
from django.db.models.expressions import Col, Expression
from django.db.models.lookups import (
    BuiltinLookup,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    Range,
)
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property

from xlcfi.clock import SEOUL, day_start

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:

    class _DateTimeField(DateTimeField[_ST, _GT]):
        """Generic for the type checker only: at run time Django's fields are not."""
else:

    class _DateTimeField(DateTimeField):
        def __class_getitem__(cls, types):
            return cls


Sql = tuple[str, tuple[Any, ...]]


class LocalCol(Col):
    """A Seoul wall-clock column, seen by SQL as `timestamptz`."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        sql, params = super().as_sql(compiler, connection)
        return f"({sql} AT TIME ZONE '{SEOUL.key}')", params

    def wall_clock(self) -> Col:
        """The bare column: `timestamp` without zone, Seoul wall clock; values beside it are turned into the same."""
        return Col(self.alias, self.target, _WALL_CLOCK)


class _WallClockField(DateTimeField):  # type: ignore[type-arg]
    """What stands on the other side of a bare wall-clock column: an aware moment goes to SQL as Seoul wall clock."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return None if value is None else _seoul_wall_clock(value)


_WALL_CLOCK = _WallClockField()


class _ToWallClock(Func):
    """A `timestamptz` expression on its way into a wall-clock column."""

    template = f"(%(expressions)s AT TIME ZONE '{SEOUL.key}')"
    arity = 1


def _seoul_wall_clock(moment: datetime) -> datetime:
    return moment.astimezone(SEOUL).replace(tzinfo=None)


class LocalDateTimeField(_DateTimeField[_ST, _GT]):
    """A `timestamp(6)` column without zone that holds Seoul wall-clock time. Values are aware, in Asia/Seoul.

    Filters and writes take aware datetimes of any zone, and dates, which mean the first moment of that day in Seoul. A
    naive datetime raises ValueError, as everywhere in the project: guessing its zone would move sales across midnight.
    Text is read as Django reads it, by the same rules.
    `__date`, `__year`, `__hour` and the rest, Trunc…, Extract…, dates() and datetimes() speak of Seoul's days, whatever
    zone is activated; only an explicit `tzinfo=` says otherwise.
    In expressions of mixed kinds put this field first, or name an `output_field`, as Django asks for:
    `Coalesce("paid_at", Now())`. Two things follow the session's zone, as for every moment in Django: a Cast to a date
    or to text (use TruncDate), and text lookups such as `__startswith`.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp(6) without time zone"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp with time zone"  # what every expression of this field is

    def get_col(self, alias: str | None, output_field: "Field[Any, Any] | None" = None) -> Col:
        if alias == self.model._meta.db_table and (output_field is None or output_field == self):
            return self.cached_col
        return LocalCol(cast(str, alias), self, output_field)

    @cached_property
    def cached_col(self) -> Col:
        return LocalCol(self.model._meta.db_table, self)

    def from_db_value(
        self, value: datetime | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> datetime | None:
        if value is None or getattr(expression, "tzinfo", None) is not None:
            return value  # a Trunc in a zone that was asked for keeps it
        # `.raw()` reads the bare column: naive, and in Seoul.
        return value.replace(tzinfo=SEOUL) if value.tzinfo is None else value.astimezone(SEOUL)

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and len(value) <= len("2025-01-31"):
            value = parse_date(value) or value
        if isinstance(value, date) and not isinstance(value, datetime):
            return day_start(value)
        moment: datetime | None = super().to_python(value)
        if moment is None:
            return None
        if moment.tzinfo is None:
            raise ValueError(f"{self} got {moment} without a zone: give an aware datetime, or a date for its start")
        return moment.astimezone(SEOUL)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(Field.get_prep_value(self, value))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if hasattr(value, "as_sql"):
            for part in value.flatten():
                if isinstance(part, Value) and isinstance(
                    getattr(part, "_output_field_or_none", None), LocalDateTimeField
                ):
                    part.for_save = False  # a moment like the rest of the expression, until the whole is stored
            return _ToWallClock(value)
        moment = self.get_prep_value(value)
        return None if moment is None else _seoul_wall_clock(moment)

    def get_transform(self, lookup_name: str) -> Callable[..., Any] | None:  # type: ignore[override]
        from xlcfi.platform.buckets import seoul_transform

        return seoul_transform(lookup_name) or super().get_transform(lookup_name)


class _OnBareColumn(BuiltinLookup):
    """Compares the bare column with a Seoul wall-clock value: PostgreSQL's statistics are about the bare column."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        if isinstance(self.lhs, LocalCol) and self.rhs_is_direct_value():
            bare = copy.copy(self)
            bare.lhs = self.lhs.wall_clock()
            return bare.as_sql(compiler, connection)
        sql: Sql = super().as_sql(compiler, connection)
        return sql


@LocalDateTimeField.register_lookup
class LocalExact(_OnBareColumn, Exact):
    """`=`"""


@LocalDateTimeField.register_lookup
class LocalGreaterThan(_OnBareColumn, GreaterThan):
    """`>`"""


@LocalDateTimeField.register_lookup
class LocalGreaterThanOrEqual(_OnBareColumn, GreaterThanOrEqual):
    """`>=`"""


@LocalDateTimeField.register_lookup
class LocalLessThan(_OnBareColumn, LessThan):
    """`<`"""


@LocalDateTimeField.register_lookup
class LocalLessThanOrEqual(_OnBareColumn, LessThanOrEqual):
    """`<=`"""


@LocalDateTimeField.register_lookup
class LocalRange(_OnBareColumn, Range):
    """`between`, both ends included"""
