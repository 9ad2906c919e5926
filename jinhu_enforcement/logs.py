"""One JSON object a line: time, level, logger, message, request id and the fields given as `extra`.

Personal data stays out: callers log codes and keys, and an exception leaves its type and place, not its
message, because messages quote values (a unique violation quotes the telephone number that it met).
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

request_id: ContextVar[str] = ContextVar("request_id", default="")

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "color_message"}
FRAMES = 12


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            entry["request_id"] = request_id.get()
        entry.update({key: value for key, value in vars(record).items() if key not in STANDARD})
        if record.exc_info and record.exc_info[0]:
            entry.update(describe(record.exc_info[1]))
        return json.dumps(entry, ensure_ascii=False, default=str)


def describe(error: BaseException) -> dict:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
