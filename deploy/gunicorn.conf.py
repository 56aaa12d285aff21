"""gunicorn, for the image and for the demo: gunicorn -c deploy/gunicorn.conf.py xlcfi.wsgi:application

Every setting that an operator may want to change is an environment variable; docs/settings.md lists them.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from xlcfi.observability import multiprocess
from xlcfi.observability.logging import logging_config


def _number(name: str, default: int, least: int = 0) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) < least:
        raise SystemExit(f"{name} should be a whole number of at least {least}, not {text!r}")
    return int(text)


class ErrorsOnly(Logger):
    """The server's own log without its access lines: those are the middleware's, who knows trace, user and route."""

    def access(self, *args: object, **kwargs: object) -> None:
        """Nothing. (Without `accesslog` gunicorn would still write them, since there is a logconfig_dict.)"""


logger_class = ErrorsOnly
bind = os.environ.get("BIND") or f"0.0.0.0:{_number('PORT', 8000)}"
backlog = 1024

# Two processes for two cores; threads, so that requests that wait for Java or PostgreSQL don't hold up the others.
# A thread more is a database connection more: workers x threads of them for each replica.
worker_class = "gthread"
workers = _number("WEB_CONCURRENCY", 2, least=1)
# Two more than the calls to Java at once (xlcfi/upstream/service.py): where Java hangs, some still answer.
threads = _number("WEB_THREADS", 12, least=1)

# Loaded once and forked: a wrong setting stops the start with one clear message instead of a worker's endless restarts,
# a new worker serves at once, and the code's memory is shared. Nothing may connect or start a thread at import.
preload_app = True

# With threads this is no limit on a request (those have their own) but on a process that has stopped altogether.
timeout = _number("WEB_TIMEOUT", 30, least=1)
# Less than the 30 s that Kubernetes gives, so that requests under way end by themselves.
graceful_timeout = _number("WEB_GRACEFUL_TIMEOUT", 20, least=1)
# Longer than the gateway keeps idle connections, or it would at times send a request into one that is closing.
keepalive = _number("WEB_KEEPALIVE", 75)
# A new process now and then, in case a library leaks; not all of them at once.
max_requests = _number("WEB_MAX_REQUESTS", 50_000)
max_requests_jitter = max_requests // 10

# X_User_Id would otherwise arrive as X-User-Id. The list of exceptions, by default SCRIPT_NAME and PATH_INFO, is empty
# too: a client behind a local proxy could choose its own path with them.
header_map = "drop"
forwarder_headers = ""
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
limit_request_line = 8190

# The heartbeat file in memory: on a container's disk it can block.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# A socket for remote control that nobody here uses.
control_socket_disable = True
proc_name = "xlcfi-web"

errorlog = "-"
logconfig_dict = logging_config(
    os.environ.get("LOG_LEVEL") or "INFO",
    "text" if os.environ.get("LOG_FORMAT", "").lower() == "text" else "json",
    os.environ.get("SERVICE_NAME") or "xlcfi-data",
)


# Before the application is loaded: the metrics library asks for it once, when it is imported.
_metrics = multiprocess.directory_choose()


def on_starting(server: object) -> None:
    """Begin with no counts, unless this master takes over from one that still serves (USR2)."""
    if "GUNICORN_PID" not in os.environ:
        multiprocess.directory_empty(_metrics)


def when_ready(server: object) -> None:
    """Load once for all workers what Django would load with each worker's first request."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018


def child_exit(server: object, worker: object) -> None:
    """Keep what an ended worker has counted."""
    try:
        multiprocess.process_retire(_metrics, worker.pid)  # type: ignore[attr-defined]
    except OSError as fault:
        # A full disk must not end the master. The worker's own file is still there and still read.
        server.log.warning("the counts of an ended worker stay in their own file: %s", fault)  # type: ignore[attr-defined]


def on_exit(server: object) -> None:
    """Tidy up, unless a new master (USR2) goes on with the same directory."""
    if not server.reexec_pid:  # type: ignore[attr-defined]
        multiprocess.directory_remove(_metrics)
