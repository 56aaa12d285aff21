"""No SQL statement of a request outlives the request's caller."""

from django.db import connections


def limit_statements(*, milliseconds: int) -> None:
    """Give every database connection that this process opens from now on a limit for each statement; 0: none.

    For the web process only: a rebuild or a load by COPY may take its time.
    """
    if milliseconds:
        for alias in connections:
            options = connections.settings[alias]["OPTIONS"]
            options["options"] = f"{options.get('options', '')} -c statement_timeout={milliseconds}".strip()
