"""`manage.py COMMAND NAME [options of NAME]`: each subject has its own options, and its own --help."""

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.management.base import BaseCommand

from xlcfi.artifacts.subjects import Subject

# Those of every command, which people write behind the name.
COMMON = ("--verbosity", "--traceback", "--no-color", "--force-color")


def subject_parsers(
    parser: ArgumentParser,
    found: Iterable[Subject],
    *,
    add: Callable[[Subject, ArgumentParser], None],
    also: Callable[[ArgumentParser], object],
    required: bool,
) -> None:
    """Gives `parser` a NAME, and each name the options that `add` gives its subject, beside those of `also`."""
    names = parser.add_subparsers(
        title="subjects", dest="subject", metavar="NAME", required=required, help="see NAME --help for its options"
    )
    for subject in found:
        own = names.add_parser(subject.name, help=str(subject.title), description=str(subject.title))
        add(subject, own)
        dests = {action.dest for action in own._actions} - {"help"}
        also(own)
        _common(own)
        own.set_defaults(subject_options=sorted(dests))


def subject_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The subject's own among the options of a command."""
    return {name: options[name] for name in options.get("subject_options") or ()}


def _common(parser: ArgumentParser) -> None:
    whole = BaseCommand().create_parser("manage.py", "")
    for action in whole._actions:
        flags = [flag for flag in action.option_strings if flag in COMMON or flag == "-v"]
        if flags and not set(flags) & set(parser._option_string_actions):
            more: dict[str, Any] = {"type": int, "choices": (0, 1, 2, 3)} if action.nargs is None else {}
            kind = "store" if more else "store_true"
            parser.add_argument(*flags, dest=action.dest, default=SUPPRESS, action=kind, help=SUPPRESS, **more)
