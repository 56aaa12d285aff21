"""Log lines: one JSON object per record, or plain text for a person at a terminal."""

import json
import logging
from datetime import datetime
from typing import Any, Literal

import msgspec

from xlcfi.clock import SEOUL
from xlcfi.observability.redaction import text_without_secrets, value_without_secrets
from xlcfi.observability.tracing import current_trace
from xlcfi.observability.user_context import current_user

KEYS = (
    "timestamp",
    "level",
    "service",
    "message",
    "logger",
    "function",
    "line",
    "trace_id",
    "span_id",
    "user_id",
    "exception",
)
# A batch of events speaks of several users and traces, one per line: there the line may say which.
_MAY_BE_TOLD = frozenset({"trace_id", "span_id", "user_id"})
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
# JSON allows these raw, but what reads the log by lines may take them for an end of line.
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
_TEXT_LINE_ENDS = _LINE_ENDS | {ord("\n"): "\\n", ord("\r"): "\\r", 0x0B: "\\v", 0x0C: "\\f"}
# A shorter one (a developer's database password) is a word that stands in many an innocent line.
_SHORTEST_SECRET = 8
_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="string")


class _Formatter(logging.Formatter):
    def __init__(self, *, service: str = "", secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.service = service
        self.secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)

    def message(self, record: logging.LogRecord) -> str:
        return text_without_secrets(record.getMessage(), self.secrets)

    def exception(self, record: logging.LogRecord) -> str | None:
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        parts = [part for part in (record.exc_text, record.stack_info) if part]
        return text_without_secrets("\n".join(parts), self.secrets) if parts else None

    def extras(self, record: logging.LogRecord) -> dict[str, object]:
        return {
            name: value_without_secrets(name, value, self.secrets)
            for name, value in vars(record).items()
            if name not in _OF_EVERY_RECORD and not name.startswith("_")
        }


class JsonFormatter(_Formatter):
    """A record as one line of JSON with KEYS, then the record's extras under their own names."""

    def format(self, record: logging.LogRecord) -> str:
        trace = current_trace()
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, SEOUL).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "service": self.service,
            "message": self.message(record),
            "logger": record.name,
            "function": record.funcName,
            "line": record.lineno,
            "trace_id": trace.log_trace_id if trace else None,
            "span_id": trace.span_id if trace else None,
            "user_id": current_user(),
            "exception": self.exception(record),
        }
        for name, value in self.extras(record).items():
            line[name if name not in line or name in _MAY_BE_TOLD else f"extra_{name}"] = value
        text = _encode(line)
        return text if text.isascii() else text.translate(_LINE_ENDS)


def _encode(line: dict[str, object]) -> str:
    try:
        return _encoder.encode(line).decode()
    except UnicodeEncodeError:
        # A lone half of a surrogate pair, as broken input has it: shown, not lost.
        return json.dumps(line, default=str)


class TextFormatter(_Formatter):
    """A record as a line for people; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        trace, user = current_trace(), current_user()
        when = datetime.fromtimestamp(record.created, SEOUL).strftime("%H:%M:%S.%f")[:-3]
        line = f"{when} {record.levelname:<7} {record.name}: {self.message(record)}"
        marks = {"trace": trace.log_trace_id if trace else None, "user": user, **self.extras(record)}
        line += "".join(f" {name}={value}" for name, value in marks.items() if value is not None)
        line = line.translate(_TEXT_LINE_ENDS)
        exception = self.exception(record)
        return f"{line}\n{exception}" if exception else line


def logging_config(
    level: str = "INFO",
    format: Literal["json", "text"] = "json",  # noqa: A002
    service: str = "xlcfi-data",
    *,
    secrets: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, so that a command's own output stays clean.

    `secrets`: values that must never appear, whatever form they come in (the keys of the settings).
    Raises ValueError for another format.
    """
    formatters = {"json": JsonFormatter, "text": TextFormatter}
    if format not in formatters:
        raise ValueError(f"LOG_FORMAT must be json or text, not {format!r}")
    follow: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatters[format], "service": service, "secrets": tuple(secrets)}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": follow,
            "django.server": follow,
            # The access line below says each 4xx; a second line for it would say the same.
            "django.request": follow | {"level": "ERROR"},
            "gunicorn.error": follow,
            "gunicorn.access": follow,
            # They speak of every single heartbeat and connection.
            "kafka": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
