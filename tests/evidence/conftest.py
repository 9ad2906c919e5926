import pytest


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """Each test has its own folder, which also proves that nothing else is written to."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    return tmp_path


@pytest.fixture
def on_disk(own_storage):
    """All files below the folder, by name."""
    return lambda: sorted(str(p.relative_to(own_storage)) for p in own_storage.rglob("*") if p.is_file())
