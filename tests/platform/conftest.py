import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.platform.copies import migrate


@contextlib.contextmanager
def open_folder():
    """Like pytest's, but open to other accounts on its way.

    pytest closes its common folder again with every run that starts; started by root, the database
    runs as another account and would lose the way to its files.
    """
    directory = Path(tempfile.mkdtemp(prefix="jinhu-test-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def tmp_path():
    with open_folder() as directory:
        yield directory


@pytest.fixture(scope="session")
def migrated():
    """A DATA_DIR whose database is up to date."""
    with open_folder() as directory:
        yield migrate(directory / "data")
