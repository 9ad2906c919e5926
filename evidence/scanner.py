"""Virus scan by a ClamAV daemon, where one is configured (CLAMD_SOCKET)."""

import socket
import struct
from pathlib import Path

from . import conf
from .errors import RejectedFile

TIMEOUT = 60
CHUNK = 64 * 1024


def scan(path: Path) -> bool:
    """Whether the file was scanned. Refuses an infected file, and any file while the scanner does not answer."""
    address = conf.get("CLAMD_SOCKET")
    if not address:
        return False
    try:
        answer = _ask(address, path)
    except OSError:
        raise RejectedFile("病毒查杀服务没有响应，暂不能上传，请联系系统管理员。", "scanner_unavailable") from None
    if answer.endswith("FOUND"):
        raise RejectedFile("文件带有病毒，不予接收。请查杀本机后重新上传。", "infected")
    if not answer.endswith("OK"):
        raise RejectedFile("病毒查杀没有完成，暂不能上传，请联系系统管理员。", "scanner_unavailable")
    return True


def _ask(address: str, path: Path) -> str:
    with _connect(address) as connection, path.open("rb") as file:
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str) -> socket.socket:
    if address.startswith(("/", "unix:")):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        connection.connect(address.removeprefix("unix:"))
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)
