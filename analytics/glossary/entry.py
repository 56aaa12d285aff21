"""What an entry of the glossary is, and how its SQL is read."""

import re
from dataclasses import dataclass

_PARAMETER = re.compile(r"(?<!:):(from|to)\b")


@dataclass(frozen=True)
class Text:
    """The same in both languages."""

    en: str
    ko: str

    def in_(self, language: str) -> str:
        """In `language`: Korean for anything that begins with ko, English else."""
        return self.ko if language.startswith("ko") else self.en


@dataclass(frozen=True)
class Entry:
    """One figure: what it is called and means, how it is computed, from which tables, by which SQL, where it is shown.

    key: the anchor, lower_case. sql: one plain SELECT for the Seoul days :from to :to, both included, e.g. for psql
    after `\\set from '''2025-11-01'''`. places: paths of the API and the keys in their answers.
    """

    key: str
    name: Text
    meaning: Text
    formula: str
    sources: tuple[str, ...]
    sql: str
    places: tuple[str, ...]

    @property
    def statement(self) -> str:
        """The SQL with the driver's parameters %(from)s and %(to)s."""
        return _PARAMETER.sub(r"%(\1)s", self.sql.replace("%", "%%"))


@dataclass(frozen=True)
class Subject:
    """Entries that belong together."""

    key: str
    name: Text
    entries: tuple[Entry, ...]
