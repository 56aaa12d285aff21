"""What the web process asks of its database connections."""

from django.db import connections

# Its statements take milliseconds: starting workers or compiling a plan would cost more than it gains.
SMALL_STATEMENTS = "-c max_parallel_workers_per_gather=0 -c jit=off"


def limit_statements(*, milliseconds: int) -> None:
    """Set up every database connection that this process opens from now on for small statements, each with a limit
    (0: none), so that none outlives the request's caller.

    For the web process only: a rebuild or a load by COPY may take its time, and all the cores.
    """
    limit = f"-c statement_timeout={milliseconds}" if milliseconds else ""
    for alias in connections:
        options = connections.settings[alias]["OPTIONS"]
        options["options"] = " ".join(filter(None, (options.get("options", ""), SMALL_STATEMENTS, limit)))
