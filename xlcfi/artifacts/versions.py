"""What can be done with versions: added, made to serve, retired, checked. Each change of state is written down."""

import tempfile
from typing import Literal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xlcfi.artifacts.arrays_file import arrays_write
from xlcfi.artifacts.errors import Damaged, StateRefused
from xlcfi.artifacts.loading import stored_file
from xlcfi.artifacts.models import ModelChange, ModelVersion
from xlcfi.artifacts.plain import json_ready
from xlcfi.artifacts.storage import digest_of, parts_check, parts_write
from xlcfi.artifacts.subjects import Candidate
from xlcfi.clock import now

State = ModelVersion.State
# Keeps these advisory locks apart from those of others; the second half is the model's name.
_LOCK_SPACE = 0x30DE
TEXT_MAX = 2_000
WHICHEVER: Literal["whichever"] = "whichever"


def version_add(*, name: str, candidate: Candidate, who: str, seconds: float) -> ModelVersion:
    """Stores a candidate with its file, kept aside. Raises NotPlain."""
    with tempfile.TemporaryFile() as file:
        arrays_write(candidate.arrays, file)
        size, sha256 = digest_of(file)
        first, last = candidate.window
        with transaction.atomic():
            _lock(name)
            newest = ModelVersion.objects.filter(name=name).order_by("-version").values_list("version", flat=True)[:1]
            row = ModelVersion.objects.create(
                name=name,
                version=next(iter(newest), 0) + 1,
                state=State.CANDIDATE,
                reason=_text(candidate.reason),
                window_from=first,
                window_to=last,
                features=json_ready(candidate.features),
                parameters=json_ready(candidate.parameters),
                metrics=json_ready(candidate.metrics),
                file_bytes=size,
                sha256=sha256,
                trained_by=who,
                trained_at=now(),
                seconds=seconds,
            )
            parts_write(version_id=row.pk, file=file)
            _note(row, before="", who=who, why=candidate.reason)
    return row


def version_serve(
    *, version_id: int, who: str, why: str, instead_of: int | Literal["whichever"] | None = WHICHEVER
) -> ModelVersion:
    """Has a version serve instead of the one that does, in all processes within seconds.

    instead_of: the key of the version that must be serving until now (None: none may be), or WHICHEVER. Raises
    StateRefused where that is not so, where it serves already, or where its file is not what was stored.
    """
    row = ModelVersion.objects.get(pk=version_id)
    if (damage := version_check(version_id=version_id)) != "":
        raise StateRefused(_("%(version)s can't serve: %(damage)s.") % {"version": row, "damage": _(damage)})
    with transaction.atomic():
        _lock(row.name)
        row = ModelVersion.objects.select_for_update().get(pk=version_id)
        present = ModelVersion.objects.select_for_update().filter(name=row.name, state=State.SERVING).first()
        if present is not None and present.pk == row.pk:
            raise StateRefused(_("%(version)s serves already.") % {"version": row})
        if row.file_removed_at is not None:
            raise StateRefused(_("%(version)s can't serve: its file was removed, as it is old.") % {"version": row})
        if instead_of != WHICHEVER and instead_of != (present.pk if present else None):
            raise StateRefused(
                _("Meanwhile %(present)s serves: %(version)s was not compared with that.")
                % {"present": present or _("no version"), "version": row}
            )
        if present is not None:
            _change(present, State.RETIRED, who=who, why=f"replaced by version {row.version}: {why}")
        row.served_at = now()
        _change(row, State.SERVING, who=who, why=why)
    return row


def version_retire(*, version_id: int, who: str, why: str) -> ModelVersion:
    """Takes a version out of service, or from those kept aside. Raises StateRefused where it is retired already."""
    name = ModelVersion.objects.values_list("name", flat=True).get(pk=version_id)
    with transaction.atomic():
        _lock(name)
        row = ModelVersion.objects.select_for_update().get(pk=version_id)
        if row.state == State.RETIRED:
            raise StateRefused(_("%(version)s is retired already.") % {"version": row})
        _change(row, State.RETIRED, who=who, why=why)
    return row


def version_check(*, version_id: int) -> str:
    """Reads a version's whole file and compares its checksum; notes and returns what is wrong, empty for nothing."""
    row = ModelVersion.objects.get(pk=version_id)
    try:
        parts_check(stored_file(row))
    except Damaged as error:
        if row.file_removed_at is None:
            damage_note(version_id=version_id, damage=str(error))
        return str(error)
    damage_note(version_id=version_id, damage="")
    return ""


def damage_note(*, version_id: int, damage: str) -> None:
    """Writes down what is wrong with a version; empty: nothing. The row is touched only where that is news."""
    text = _text(damage)
    ModelVersion.objects.filter(pk=version_id).exclude(damage=text).update(damage=text)


def _change(row: ModelVersion, state: State, *, who: str, why: str) -> None:
    before, row.state, row.reason = row.state, state, _text(why)
    row.save(update_fields=["state", "reason", "served_at"])
    _note(row, before=before, who=who, why=why)


def _note(row: ModelVersion, *, before: str, who: str, why: str) -> None:
    ModelChange.objects.create(model_version=row, at=now(), who=who, before=before, after=row.state, why=_text(why))


def _lock(name: str) -> None:
    """One at a time changes the versions of a name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])


def _text(text: str) -> str:
    return text.replace("\x00", "")[:TEXT_MAX]
