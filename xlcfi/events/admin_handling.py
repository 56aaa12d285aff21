"""What the admin does with dead letters: the services of the command, one letter after the other, each audited twice.

In the letter's own history, and in Django's log of the admin, in one transaction with what was done.
"""

import time
from collections.abc import Callable, Sequence

import msgspec
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from xlcfi.events.admin_words import result_words, state_words
from xlcfi.events.errors import RetryLater
from xlcfi.events.models import DeadLetter
from xlcfi.events.redelivery import NotRetryable, dead_letter_retry, dead_letters_discard

AT_ONCE = 500
"""A page handles so many; for more there is the command, which nobody waits for at a browser."""
SECONDS = 15.0

Audit = Callable[[DeadLetter, str], None]


class Handled(msgspec.Struct, frozen=True):
    """What became of a letter. ok: it is settled now by what was asked for."""

    letter_id: int
    record_id: str
    ok: bool
    words: str


def letters_retry(*, letter_ids: Sequence[int], who: str, audit: Audit) -> list[Handled]:
    """Sends the letters through again, in the order in which they failed; tells of each what became of it."""
    return _each(letter_ids, lambda letter: _retry(letter, who, audit))


def letters_discard(*, letter_ids: Sequence[int], who: str, reason: str, audit: Audit) -> list[Handled]:
    """Gives the letters up because of `reason`; tells of each what became of it."""
    return _each(letter_ids, lambda letter: _discard(letter, who, reason, audit))


def _each(letter_ids: Sequence[int], handle: Callable[[DeadLetter], tuple[bool, str]]) -> list[Handled]:
    letters = DeadLetter.objects.defer("payload", "trace", "headers").in_bulk(list(letter_ids))
    until = time.monotonic() + SECONDS
    away = False
    handled = []
    for letter_id in sorted(set(letter_ids)):
        letter = letters.get(letter_id)
        ok = False
        if letter is None:
            words = _("does not exist any more")
        elif away:
            words = _("not tried: the database does not answer as it should")
        elif time.monotonic() > until:
            words = _("not tried: this took too long; choose it again")
        else:
            try:
                ok, words = handle(letter)
            except (RetryLater, OperationalError, InterfaceError):
                away, words = True, _("not done: the database does not answer as it should")
        handled.append(Handled(letter_id, "" if letter is None else letter.record_id, ok, words))
    return handled


def _retry(letter: DeadLetter, who: str, audit: Audit) -> tuple[bool, str]:
    try:
        with transaction.atomic():
            retried = dead_letter_retry(letter_id=letter.pk, who=who)
            words = result_words(retried.result, retried.why)
            audit(letter, _("Sent through again: %(result)s") % {"result": words})
    except DeadLetter.DoesNotExist:
        return False, _("does not exist any more")
    except NotRetryable as error:
        if error.state == DeadLetter.State.NEW:
            return False, _("no app of this release serves %(group)s") % {"group": letter.group}
        return False, _settled(error.state)
    return retried.result != "dead", words


def _discard(letter: DeadLetter, who: str, reason: str, audit: Audit) -> tuple[bool, str]:
    with transaction.atomic():
        before = dead_letters_discard(letter_ids=[letter.pk], who=who, reason=reason).get(letter.pk)
        if before == DeadLetter.State.NEW:
            audit(letter, _("Discarded: %(reason)s") % {"reason": reason})
            return True, _("discarded")
    return False, _("does not exist any more") if before is None else _settled(before)


def _settled(state: str) -> str:
    return _("was settled already: %(state)s") % {"state": state_words(state)}
