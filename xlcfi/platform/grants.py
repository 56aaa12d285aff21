"""The rights of our database role in production. They hold where the ORM's write guard can't: in raw SQL."""

from django.conf import settings
from django.db import models

from xlcfi.platform.models import Review
from xlcfi.platform.schema import OPTIONAL_TABLES, PLATFORM_TABLES, platform_schema_name


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def platform_grants_sql(*, role: str) -> str:
    """SQL for psql, run by the tables' owner: `role` reads the Java-owned tables and fills reviews' two columns.

    It first takes back what `role` may have had there. A table that is not deployed is passed over; run it again when
    it is. It can be run any number of times.
    """
    schema, reviews = _quoted(platform_schema_name()), Review._meta.db_table
    writable = ", ".join(_column(Review, name) for name in sorted(Review.writable_columns))
    lines = [
        f"-- What {role} may do with the tables of the Java services: read, and say how a review feels.",
        f"grant usage on schema {schema} to {_quoted(role)};",
    ]
    for table in PLATFORM_TABLES:
        name = f"{schema}.{_quoted(table)}"
        statements = [
            f"revoke all on {name} from {_quoted(role)}",
            f"grant select on {name} to {_quoted(role)}",
        ]
        if table == reviews:
            statements.append(f"grant update ({writable}) on {name} to {_quoted(role)}")
        if table in OPTIONAL_TABLES:
            body = " ".join(f"{statement};" for statement in statements)
            literal = name.replace("'", "''")
            lines.append(f"do $grants$ begin if to_regclass('{literal}') is not null then {body} end if; end $grants$;")
        else:
            lines.extend(f"{statement};" for statement in statements)
    return "\n".join(lines) + "\n"


def _column(model: type[models.Model], name: str) -> str:
    return _quoted(str(model._meta.get_field(name).column))  # type: ignore[union-attr]


def default_role() -> str:
    """The role that DATABASE_URL signs in with."""
    return str(settings.DATABASES["default"].get("USER") or "")
