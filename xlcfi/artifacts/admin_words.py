"""How versions and trainings are put into words, and into cells."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xlcfi.artifacts.models import ModelDrift, ModelTraining, ModelVersion
from xlcfi.clock import SEOUL

STATE_MOODS: dict[str, str] = {
    ModelVersion.State.SERVING: "good",
    ModelVersion.State.CANDIDATE: "warn",
    ModelVersion.State.RETIRED: "quiet",
    ModelTraining.State.QUEUED: "warn",
    ModelTraining.State.RUNNING: "warn",
    ModelTraining.State.DONE: "good",
    ModelTraining.State.FAILED: "bad",
    ModelDrift.Level.FINE: "good",
    ModelDrift.Level.WARNING: "warn",
    ModelDrift.Level.ALERT: "bad",
}


def mood_shown(word: str, state: str) -> SafeString:
    """A state, in its colour."""
    return format_html('<span class="console-state console-mood-{}">{}</span>', STATE_MOODS.get(state, ""), word)


def version_state(row: ModelVersion) -> SafeString:
    """The state of a version, and what is wrong with it."""
    notes = []
    if row.damage:
        serves = row.state == ModelVersion.State.SERVING
        notes.append(_("damaged: an older version answers") if serves else _("damaged"))
    if row.file_removed_at is not None:
        notes.append(_("file removed"))
    state = mood_shown(row.get_state_display(), row.state)
    return format_html('{} <span class="console-mood-bad">{}</span>', state, ", ".join(notes)) if notes else state


def progress_words(row: ModelTraining) -> str:
    """How far a training is, while it runs."""
    if row.state != ModelTraining.State.RUNNING or not row.stage:
        return ""
    return f"{row.stage} {100 * row.done / row.of:.0f} %" if row.of else f"{row.stage} {row.done:,}"


def size_words(size: int) -> str:
    """A number of bytes."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def window_words(row: ModelVersion) -> str:
    """The days of the data in Seoul."""
    return f"{_day(row.window_from)} – {_day(row.window_to)}"


def rows_shown(heads: list[str], rows: list[list[Any]]) -> SafeString:
    """A table on the page of a row; a dash for no rows."""
    if not rows:
        return format_html("{}", "–")
    head = format_html_join("", '<th scope="col">{}</th>', ((one,) for one in heads))
    body = format_html_join(
        "", "<tr>{}</tr>", ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows)
    )
    table = '<table class="console-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    return format_html('<div class="console-scroll console-scroll-row">{}</div>', format_html(table, head, body))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(SEOUL):%Y-%m-%d}"
