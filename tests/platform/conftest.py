import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path():
    """Like pytest's, but open to other accounts on its way.

    pytest closes its common folder again with every run that starts; started by root, the database
    runs as another account and would lose the way to its files.
    """
    directory = Path(tempfile.mkdtemp(prefix="jinhu-test-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)
