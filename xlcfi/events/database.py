"""The database connection of processes that are no web workers."""

from django.db import connection


def long_statements(milliseconds: int) -> None:
    """Let statements of this process run up to `milliseconds` (0: for ever).

    The web's limit is a few seconds, because its callers give up; a batch of 500 events or a rebuild may take longer.
    It holds for new connections too: it goes into what they are opened with.
    """
    _opened_with(f"-c statement_timeout={milliseconds}")


def large_statements() -> None:
    """Give statements of this process room to sort and hash, and no compilation, which takes longer than they do."""
    _opened_with("-c work_mem=64MB -c jit=off")


def _opened_with(setting: str) -> None:
    options = connection.settings_dict.setdefault("OPTIONS", {})
    # The last of several -c of one name wins.
    options["options"] = f"{options.get('options', '').replace(setting, '')} {setting}".strip()
    if not connection.in_atomic_block:
        connection.close()
