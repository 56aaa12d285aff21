"""The paths for machines in a process that has no web server: a consumer, a long command."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from xlcfi.errors import NotFound
from xlcfi.observability.answers import ANSWERS, refused


class _Handler(BaseHTTPRequestHandler):
    server_version = "xlcfi"
    sys_version = ""
    # Somebody who connects and says nothing doesn't keep a thread for ever.
    timeout = 10

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        give = ANSWERS.get(path)
        answer = give() if give is not None else refused(NotFound())
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: a probe every few seconds is no news."""


def metrics_server_bind(port: int, host: str = "0.0.0.0") -> ThreadingHTTPServer:
    """Take `port` without answering yet: no thread is started, so the process may still fork. Raises OSError."""
    server = ThreadingHTTPServer((host, port), _Handler)
    server.daemon_threads = True
    return server


def metrics_server_start(port: int, host: str = "0.0.0.0") -> ThreadingHTTPServer:
    """Answer /metrics and /health… on `port` in a background thread. Raises OSError if the port is taken.

    Call `shutdown()` and `server_close()` on what comes back, or let it end with the process.
    """
    server = metrics_server_bind(port, host)
    metrics_server_answer(server)
    return server


def metrics_server_answer(server: ThreadingHTTPServer) -> None:
    """Answer in a background thread what arrives at `server`'s port."""
    threading.Thread(target=server.serve_forever, name="metrics-server", daemon=True).start()
