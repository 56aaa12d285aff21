"""What can go wrong with models, named by what happens next."""


class SubjectRefused(Exception):
    """A subject can't do what it was asked: wrong files, too few rows. The message is for people; nothing is kept."""


class UnknownSubject(LookupError):
    """No app has a subject of that name."""


class TrainingRunning(Exception):
    """Somebody else trains this subject at this moment."""


class NotPlain(ValueError):
    """An array that could hold code or references: only numbers, flags, moments and fixed-width text are stored."""


class Damaged(Exception):
    """A stored file is not what was stored: parts missing, another checksum, or no file of arrays."""


class StateRefused(Exception):
    """A version can't change into that state. The message says why."""
