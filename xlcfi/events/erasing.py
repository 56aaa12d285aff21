"""Erasing a person: their number in every table of an app, and whatever events of theirs are kept as they came."""

import json
import secrets
import time
from collections.abc import Iterator
from typing import Final

import msgspec
from django.apps import apps
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from xlcfi import clock
from xlcfi.events.batch import QueuedJob
from xlcfi.events.followups import followups_add

# What a column is called that names a person of the platform, alone or in an array.
PERSON_COLUMNS: Final = ("user_id", "buyer_id", "user_ids")
WAIT_SECONDS: Final = 60.0
_LARGEST: Final = 2**62

_REMEMBER = """
INSERT INTO erased_people (user_id, pseudonym, erased_at, reason) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id) DO NOTHING
"""
# Sessions of other database roles (the Java services) show no times here, and write none of our tables.
_BUSY = """
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND xact_start < %s)
"""
# In any spelling the services use, and in JSON within JSON too. The text of a broken payload is searched as well.
_NAMES = r'\\*"(user|member|buyer|customer)_?id\\*"\s*:\s*\\*"?0*{user}(?![0-9])'
_LETTERS = """
UPDATE events_deadletter
SET payload = NULL, key = NULL, headers = '[]', message = '', trace = '', event_id = '',
    state = CASE state WHEN 'new' THEN 'discarded' ELSE state END, history = history || %(note)s::jsonb
WHERE encode(payload, 'escape') ~* %(names)s
"""
_OUTBOX = "DELETE FROM events_outbox WHERE encode(value, 'escape') ~* %(names)s"
_FOLLOW_UPS = """
DELETE FROM events_followup
WHERE args @> %(among)s::jsonb OR args @> %(alone)s::jsonb RETURNING job, args
"""


class StillBusy(Exception):
    """A transaction from before the person was remembered is still under way."""


def person_remember(*, user_id: int, reason: str) -> int:
    """Remember that `user_id` was erased. Returns the pseudonym: the second time the same one."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [user_id, -1 - secrets.randbelow(_LARGEST), clock.now(), reason])
        cursor.execute("SELECT pseudonym FROM erased_people WHERE user_id = %s", [user_id])
        return int(cursor.fetchone()[0])


def people_erased() -> list[tuple[int, int]]:
    """(user id, pseudonym) of everybody who was ever erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, pseudonym FROM erased_people ORDER BY user_id")
        return list(cursor.fetchall())


def older_transactions_wait(*, seconds: float = WAIT_SECONDS) -> None:
    """Wait until every transaction of ours that may not know of the erasure has ended. Raises StillBusy."""
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
        while True:
            cursor.execute(_BUSY, [moment])
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() >= until:
                raise StillBusy
            time.sleep(0.1)


def person_rename(*, app: str, user_id: int, pseudonym: int, drop: frozenset[str] = frozenset()) -> dict[str, int]:
    """Put `pseudonym` in the place of `user_id` in every table of the app `app`, found by the names of its columns.

    drop: tables whose rows of the person go instead. Returns rows changed by table. Belongs into a transaction.
    """
    changed: dict[str, int] = {}
    for model, field in _person_fields(app):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            if table in drop:
                cursor.execute(f"DELETE FROM {table} WHERE {field.column} = %s", [user_id])
            elif field.get_internal_type() == "ArrayField":
                cursor.execute(
                    f"UPDATE {table} SET {field.column} = array_replace({field.column}, %(user)s, %(name)s) "
                    f"WHERE %(user)s = ANY({field.column})",
                    {"user": user_id, "name": pseudonym},
                )
            else:
                _made_room(cursor, model, str(field.column), user_id, pseudonym)
                cursor.execute(
                    f"UPDATE {table} SET {field.column} = %s WHERE {field.column} = %s", [pseudonym, user_id]
                )
            changed[table] = changed.get(table, 0) + int(cursor.rowcount)
    return changed


def events_erase(*, user_id: int) -> dict[str, int]:
    """Empty the dead letters of the person, and take them out of what waits to be sent or done.

    Returns rows changed by table. Belongs into a transaction.
    """
    names = {"names": _NAMES.format(user=user_id)}
    note = json.dumps([{"at": clock.now().isoformat(), "who": "erase_person", "what": "erased", "note": ""}])
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, {**names, "note": note})
        changed = {"events_deadletter": int(cursor.rowcount)}
        cursor.execute(_OUTBOX, names)
        changed["events_outbox"] = int(cursor.rowcount)
        cursor.execute(
            _FOLLOW_UPS, {"among": json.dumps({"user_ids": [user_id]}), "alone": json.dumps({"user_id": user_id})}
        )
        waiting = cursor.fetchall()
    changed["events_followup"] = len(waiting)
    followups_add(jobs=[job for name, args in waiting for job in _without(user_id, name, args)])
    return changed


def person_tables(app: str) -> list[tuple[str, str]]:
    """(table, column) of every column of the app `app` that names a person."""
    return [(model._meta.db_table, str(field.column)) for model, field in _person_fields(app)]


def _person_fields(app: str) -> Iterator[tuple[type[models.Model], "models.Field[object, object]"]]:
    for model in sorted(apps.get_app_config(app).get_models(), key=lambda model: model._meta.db_table):
        if model._meta.managed:
            for field in model._meta.concrete_fields:
                # A foreign key of that name is one of Django's own accounts.
                if field.column in PERSON_COLUMNS and not field.is_relation:
                    yield model, field


def _made_room(cursor: CursorWrapper, model: type[models.Model], column: str, user_id: int, pseudonym: int) -> None:
    """Where both numbers have a row of the same key, that of the old one goes: it came back during an erasure."""
    primary = model._meta.pk
    names = [field.column for field in getattr(primary, "fields", None) or [primary]]
    if column not in names:
        return
    same = "".join(f" AND a.{name} = b.{name}" for name in names if name != column)
    table = model._meta.db_table
    cursor.execute(
        f"DELETE FROM {table} a USING {table} b WHERE a.{column} = %s AND b.{column} = %s{same}", [user_id, pseudonym]
    )


def _without(user_id: int, name: str, args: str) -> Iterator[QueuedJob]:
    """The job, for the others that it was asked for, if there are any."""
    wanted = json.loads(args)
    others = [user for user in wanted.get("user_ids", []) if user != user_id]
    if others:
        encoded = msgspec.json.encode({**wanted, "user_ids": others}, order="sorted")
        yield QueuedJob(name, encoded.decode())
