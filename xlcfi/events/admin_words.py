"""The words in which the admin speaks of dead letters."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xlcfi.events.models import DeadLetter

# Reasons that InvalidEvent and the loop give; any other is the name of an exception of ours.
REASONS: dict[str, Any] = {
    "not_json": gettext_lazy("not JSON"),
    "not_an_object": gettext_lazy("no JSON object"),
    "missing": gettext_lazy("a field is missing"),
    "impossible": gettext_lazy("an impossible value"),
    "wrong_type": gettext_lazy("a value of the wrong type"),
    "kind_mismatch": gettext_lazy("another kind than its topic"),
    "statement_timeout": gettext_lazy("the database gave up: too slow"),
}
# What `history` says was done.
DONE: dict[str, Any] = {
    "retried": gettext_lazy("sent through again"),
    "retry failed": gettext_lazy("sent through again, failed again"),
    "discarded": gettext_lazy("discarded"),
    "erased": gettext_lazy("emptied: the person was erased"),
}
# What a retry led to, as `history` notes it.
RESULTS: dict[str, Any] = {
    "applied": gettext_lazy("applied"),
    "duplicate": gettext_lazy("was applied already: nothing changed"),
    "ignored": gettext_lazy("no consumer wants this event any more: nothing changed"),
}


def reason_words(reason: str) -> str:
    """A reason for people; the name of an exception stays as it is."""
    return str(REASONS.get(reason, reason))


def state_words(state: str) -> str:
    """A state for people."""
    return str(dict(DeadLetter.State.choices).get(state, state))


def done_words(what: str) -> str:
    """What somebody did, for people."""
    return str(DONE.get(what, what))


def result_words(result: str, why: str = "") -> str:
    """What a retry led to, for people. why: of what it failed again."""
    if result == "dead":
        return _("failed again: %(why)s") % {"why": why}
    return str(RESULTS.get(result, result))
