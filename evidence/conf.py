"""The settings of this library with their defaults; read on every use, so that tests can change them."""

from pathlib import Path

from django.conf import settings

MB = 1024 * 1024
DEFAULTS = {
    "EVIDENCE_MAX_BYTES": 100 * MB,  # one file
    "EVIDENCE_CHUNK_BYTES": 8 * MB,  # one piece of a resumable upload
    "EVIDENCE_MAX_OPEN_UPLOADS": 50,  # unfinished uploads of one owner
    "EVIDENCE_ARCHIVE_MAX_BYTES": 500 * MB,  # all of a ZIP unpacked
    "EVIDENCE_ARCHIVE_MAX_ENTRIES": 2000,
    "EVIDENCE_PREVIEW_PAGES": 10,  # of a PDF
    "CLAMD_SOCKET": "",  # "/run/clamav/clamd.ctl" or "host:3310"; empty: no scan
}


def get(name: str):
    return getattr(settings, name, DEFAULTS[name])


def scratch() -> str:
    """A folder beside the stored files, so that storing is a rename and not a second copy."""
    folder = Path(settings.DATA_DIR) / "scratch"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return str(folder)
