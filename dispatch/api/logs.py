"""The log as lines of JSON; nothing in it about persons."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

_FIELDS = ("request_id", "key_id", "status", "ms")
_NUMBERS = re.compile(r"(?<![\w.:-])\+?\d[\d -]{8,16}\d(?![\w.:-])")


class JsonLines(logging.Formatter):
    """One record a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; what may be a telephone number is masked."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked_numbers(record.getMessage()),
        }
        given = {name: getattr(record, name, None) for name in _FIELDS}
        line |= {name: value for name, value in given.items() if value is not None}
        if record.exc_info:
            line["traceback"] = masked_numbers(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def masked_numbers(text: str) -> str:
    """The text with all that may be a telephone number masked but for its last two digits."""
    return _NUMBERS.sub(lambda found: "***" + found.group()[-2:], text)


def log_as_json(level: str) -> None:
    """Writes the log of the whole process to standard error.

    Args:
        level: Such as ``INFO``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Neither thread nor process nor place in the source is logged; finding them out takes time
    # (see "Optimization" in Python's logging how-to).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    # What the access log of the application says already.
    logging.getLogger("uvicorn.access").disabled = True
    # Requests of the webhook sender hold addresses of clients.
    logging.getLogger("httpx").setLevel(logging.WARNING)
