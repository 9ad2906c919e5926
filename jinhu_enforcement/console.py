"""What `make run` shows in the terminal. The children's own JSON lines go to DATA_DIR/log; here is the gist."""

import contextlib
import json
import unicodedata
from datetime import datetime

DEMO_PASSWORD = "Jinhu-demo-2026"  # noqa: S105  published on purpose
HINTS = [
    ("licheng_clerk", "镇街经办人：登记、起草移送函"),
    ("licheng_leader", "镇街负责人：审核签发"),
    ("chengguan_clerk", "县级部门经办人：签收、受理告知"),
    ("chengguan_leader", "县级部门负责人：签发不予受理告知书"),
    ("sifa_clerk", "县司法局：监督、争议协调"),
    ("admin", "系统管理（/admin/）"),
]


class Console:
    def __init__(self, stream):
        self.stream = stream
        self.log = None

    def keep(self, path) -> None:
        """Write events to this file, too."""
        self.log = path

    def event(self, text: str) -> None:
        """What must be found again the day after."""
        self.say(text)
        if self.log is not None:
            now = datetime.now().astimezone().isoformat(timespec="milliseconds")
            entry = {"time": now, "level": "warning", "logger": "jinhu.supervisor", "message": text}
            with contextlib.suppress(OSError), self.log.open("a") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def say(self, text: str) -> None:
        # The terminal may be gone; the platform must still be stopped in good order.
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"{text}\n")
            self.stream.flush()

    def child_line(self, name: str, line: str) -> None:
        text = gist(line.strip())
        if text:
            self.say(f"{name:<7}│ {text}")


def gist(line: str) -> str:
    """One JSON line for people; "" for what only the log file keeps: static files and health checks."""
    try:
        entry = json.loads(line)
        time = entry["time"][11:19]
    except (ValueError, KeyError, TypeError):
        return line
    if entry.get("event") == "request":
        dull = entry["route"] in ("/static/*", "/healthz/") and entry["status"] < 400
        return "" if dull else f"{time} {entry['message']} {entry['ms']} ms  {entry['request_id'][:8]}"
    rest = [entry["error"], *entry.get("at", [])[-3:]] if "error" in entry and "at" in entry else []
    return "\n        │   ".join([f"{time} {entry['level']} {entry['message']}", *map(str, rest)])


def accounts_table(accounts: list[dict]) -> str:
    """The few to begin with, explained, then all of them by unit; one password."""
    known = {account["username"]: account for account in accounts}
    lines = [f"演示账号（密码都是 {DEMO_PASSWORD}）"]
    lines += [
        f"  {name:<18}{pad(known[name]['name'], 10)}{pad(known[name]['unit'] or '—', 16)}{hint}"
        for name, hint in HINTS
        if name in known
    ]
    units: dict[str, list[str]] = {}
    for account in accounts:
        if account["unit"]:
            units.setdefault(account["unit"], []).append(account["username"])
    lines.append("  全部单位：")
    lines += [f"    {pad(unit, 24)}{'  '.join(names)}" for unit, names in units.items()]
    return "\n".join(lines)


def setup_words(site: str, code: str) -> str:
    """How the first administrator comes in."""
    return f"还没有系统管理员。请打开 {site}setup/administrator/ 设立，启用码：{code}（只在这次启动后有效）"


def pad(text: str, width: int) -> str:
    """Left-justified by columns of a terminal, where a Chinese character takes two."""
    return text + " " * max(1, width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text))
