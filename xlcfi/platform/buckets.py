"""Days, months and hours of Java's time columns are Seoul's, whatever zone is activated.

Django cuts moments into days of the *current* zone. For a LocalDateTimeField that is never what is meant: the business
day is Seoul's. So every Trunc and Extract over such a field that names no `tzinfo` becomes one of the classes below.
For `field__date` and the like the field sees to it; for `TruncMonth("created_at")` Django offers no hook, so
`buckets_install` (called when the app is ready) adds one to the two base classes. It changes nothing for other fields.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, DateTimeField, Field, Model, QuerySet, TimeField
from django.db.models.expressions import Expression
from django.db.models.functions import Extract, Trunc
from django.db.models.functions.datetime import TruncBase
from django.db.models.lookups import YearExact, YearGt, YearGte, YearLt, YearLte
from django.db.models.sql.compiler import SQLCompiler

from xlcfi.clock import SEOUL
from xlcfi.platform.fields import LocalCol, LocalDateTimeField, Sql

M = TypeVar("M", bound=Model, covariant=True)

_TRUNC_KINDS = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "second"})
_EXTRACTS = frozenset({"month", "day", "week", "week_day", "iso_week_day", "quarter", "hour", "minute", "second"})


def _wall_clock_sql(lhs: Any, compiler: SQLCompiler) -> Sql:
    """`lhs` as `timestamp` without zone, Seoul wall clock."""
    if isinstance(lhs, LocalCol):
        return compiler.compile(lhs.wall_clock())
    sql, params = compiler.compile(lhs)
    return f"({sql} AT TIME ZONE '{SEOUL.key}')", params


class SeoulTrunc(Trunc):
    """The first moment (or day) of the Seoul year, month, week, day, hour, … of a moment.

    As a datetime it is a real moment, `timestamptz` in SQL, so it can be filtered and compared too.
    kind "date" or "time" with such an `output_field` gives the Seoul date or time of day.
    """

    def __init__(
        self,
        expression: Any,
        kind: str,
        output_field: "Field[Any, Any] | None" = None,
        tzinfo: Any = None,
        **extra: Any,
    ) -> None:
        super().__init__(expression, kind, output_field=output_field, tzinfo=SEOUL, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any) -> Sql:
        sql, params = _wall_clock_sql(self.lhs, compiler)
        if self.kind not in ("date", "time"):
            if self.kind not in _TRUNC_KINDS:
                raise ValueError(f"can't truncate to {self.kind!r}: known are {', '.join(sorted(_TRUNC_KINDS))}")
            sql = f"DATE_TRUNC('{self.kind}', {sql})"
        if isinstance(self.output_field, DateTimeField):
            return f"({sql} AT TIME ZONE '{SEOUL.key}')", params
        return f"({sql})::{'time' if isinstance(self.output_field, TimeField) else 'date'}", params

    def convert_value(self, value: Any, expression: Expression, connection: BaseDatabaseWrapper) -> Any:
        return value.astimezone(SEOUL) if isinstance(value, datetime) else value


class SeoulDate(SeoulTrunc):
    """The Seoul date of a moment: `field__date`."""

    lookup_name = "date"

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, "date", output_field=DateField(), **extra)


class SeoulTime(SeoulTrunc):
    """The Seoul time of day of a moment: `field__time`."""

    lookup_name = "time"

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, "time", output_field=TimeField(), **extra)


class SeoulExtract(Extract):
    """A part (year, month, hour, ISO week, …) of a moment's date and time in Seoul. `epoch` is of the moment itself."""

    def __init__(self, expression: Any, lookup_name: str | None = None, tzinfo: Any = None, **extra: Any) -> None:
        super().__init__(expression, lookup_name, tzinfo=SEOUL, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_: Any, **__: Any) -> Sql:
        name = str(self.lookup_name)
        sql, params = compiler.compile(self.lhs) if name == "epoch" else _wall_clock_sql(self.lhs, compiler)
        extracted: Sql = connection.ops.datetime_extract_sql(name, sql, tuple(params), None)
        return extracted


class SeoulYear(SeoulExtract):
    """The Seoul year of a moment: `field__year`."""

    lookup_name = "year"


class SeoulIsoYear(SeoulExtract):
    """The ISO week-numbering year of a moment's date in Seoul: `field__iso_year`."""

    lookup_name = "iso_year"


class _SeoulYearBounds:
    """A comparison with a year that is a comparison with its first and last microsecond in Seoul."""

    lhs: Any

    def year_lookup_bounds(self, connection: BaseDatabaseWrapper, year: int) -> list[Any]:
        if self.lhs.lookup_name == "iso_year":
            first_day, next_first_day = date.fromisocalendar(year, 1, 1), date.fromisocalendar(year + 1, 1, 1)
        else:
            first_day, next_first_day = date(year, 1, 1), date(year + 1, 1, 1)
        zone = None if isinstance(self.lhs.lhs, LocalCol) else SEOUL
        first = datetime.combine(first_day, time.min, tzinfo=zone)
        last = datetime.combine(next_first_day, time.min, tzinfo=zone) - timedelta(microseconds=1)
        return [connection.ops.adapt_datetimefield_value(bound) for bound in (first, last)]

    def process_lhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, lhs: Any = None) -> Sql:
        bare = lhs.wall_clock() if isinstance(lhs, LocalCol) else lhs
        sql: Sql = super().process_lhs(compiler, connection, bare)  # type: ignore[misc]
        return sql


for _lookup in (YearExact, YearGt, YearGte, YearLt, YearLte):
    _seoul_lookup = type(f"Seoul{_lookup.__name__}", (_SeoulYearBounds, _lookup), {"__module__": __name__})
    globals()[_seoul_lookup.__name__] = _seoul_lookup  # so that a query that uses it can be pickled
    SeoulYear.register_lookup(_seoul_lookup)
    SeoulIsoYear.register_lookup(_seoul_lookup)


_TRANSFORMS: dict[str, Callable[..., Any]] = {
    "date": SeoulDate,
    "time": SeoulTime,
    "year": SeoulYear,
    "iso_year": SeoulIsoYear,
    **{name: partial(SeoulExtract, lookup_name=name) for name in _EXTRACTS},
}


def seoul_transform(lookup_name: str) -> Callable[..., Any] | None:
    """What `field__<lookup_name>` builds over a LocalDateTimeField; None for a name that is no part of a date."""
    return _TRANSFORMS.get(lookup_name)


def _in_seoul(resolved: Any) -> Any:
    """A resolved Trunc or Extract; in its Seoul form where it cuts a LocalDateTimeField and names no zone."""
    lhs_field = getattr(resolved.lhs, "_output_field_or_none", None)
    if resolved.tzinfo is not None or not isinstance(lhs_field, LocalDateTimeField):
        return resolved
    seoul: Any
    if isinstance(resolved, TruncBase):
        seoul = SeoulTrunc(resolved.lhs, str(resolved.kind), output_field=resolved.output_field)
    elif resolved.lookup_name in ("year", "iso_year"):
        seoul = _TRANSFORMS[resolved.lookup_name](resolved.lhs)
    else:
        seoul = SeoulExtract(resolved.lhs, resolved.lookup_name)
    seoul.is_summary = resolved.is_summary
    return seoul


def buckets_install() -> None:
    """Let `TruncMonth("created_at")`, `ExtractHour("created_at")`, … mean Seoul. Doing it twice changes nothing."""
    base: Any
    for base in (TruncBase, Extract):
        if not hasattr(base, "resolve_expression_anywhere"):
            base.resolve_expression_anywhere = base.resolve_expression
            base.resolve_expression = _resolve_expression


def _resolve_expression(self: Any, *args: Any, **kwargs: Any) -> Any:
    return _in_seoul(self.resolve_expression_anywhere(*args, **kwargs))


class SeoulDaysMixin(QuerySet[M], Generic[M]):
    """`datetimes()` in Seoul; Django's takes the current zone. `dates()` is Seoul's already, being a plain Trunc."""

    def datetimes(self, field_name: str, kind: Any, order: Any = "ASC", tzinfo: Any = None) -> Any:
        """The moments at which the field's Seoul years, months, days, … begin, each once; other zones by `tzinfo`."""
        return super().datetimes(field_name, kind, order, tzinfo or SEOUL)
