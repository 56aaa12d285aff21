"""Who does not want lists made for them: kept in the process, for every answer asks."""

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection

from recommendations.models import PersonalisationChoice
from recommendations.remembered import Remembered

LOOK_SECONDS: Final = 1.0

# Whoever is erased or changes their mind changes one of the two.
_MARK = "SELECT SUM(extract(epoch FROM changed_at)), COUNT(*) FROM personalisation_choices"


@dataclass(frozen=True, slots=True)
class _Choices:
    refused: frozenset[int]
    rows: int
    sum: Decimal | None


def opted_out(*, user_id: int) -> bool:
    """Whether `user_id` wants no personal lists, as of at most LOOK_SECONDS ago."""
    return user_id in _kept.get().refused


def opted_out_ids() -> Set[int]:
    """Everybody who wants none, as of at most LOOK_SECONDS ago."""
    return _kept.get().refused


def choice_of(*, user_id: int) -> PersonalisationChoice | None:
    """What `user_id` chose; None for who never chose. One query."""
    return PersonalisationChoice.objects.filter(pk=user_id).first()


def choices_forget() -> None:
    """Have this process look again at the next question."""
    _kept.forget()


def _look(before: _Choices | None) -> _Choices:
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        total, rows = cursor.fetchone()
    if before is not None and (before.sum, before.rows) == (total, rows):
        return before
    refused = PersonalisationChoice.objects.filter(personalised=False).values_list("user_id", flat=True)
    return _Choices(frozenset(refused), rows, total)


_kept: Remembered[_Choices] = Remembered(_look, seconds=LOOK_SECONDS)
