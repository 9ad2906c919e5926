"""The cast. Fixed names, so that a test reads like the regulation:

licheng 黎城街道 (a sending township), shijian 县市场监督管理局 and shuiwu 县水务局 (receiving departments),
sifa 县司法局 (the Judicial Bureau), taji 塔集镇 (a stranger to every matter unless a test says otherwise).
"""

import gc
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings

from . import county

SHANGHAI = ZoneInfo("Asia/Shanghai")
CAST = ("licheng", "taji", "jinnan", "shijian", "shuiwu", "chengguan", "sifa", "fuban")

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def pytest_collection_finish():
    """As in the web server (gunicorn_conf.py): what was loaded stays, and is not walked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The sample county's units, officers and powers stand in every test database; tests add matters only."""
    with django_db_blocker.unblock():
        county.begin()


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker, tmp_path_factory):
    """What a module's own fixtures make with it stands for all its tests; what a test changes is taken back after it, as
    ever. For matters that take long to make and that many tests only read; each test reads them anew."""
    with (
        django_db_blocker.unblock(),
        override_settings(**folders(tmp_path_factory.mktemp("files"))),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def files_in_a_folder_of_their_own(request, settings, tmp_path):
    if "shared_db" not in request.fixturenames:
        for name, folder in folders(tmp_path).items():
            setattr(settings, name, folder)


def folders(path):
    """Also for what is under way: a test that clears away as of tomorrow finds nothing of another process's."""
    return {"MEDIA_ROOT": path / "files", "DATA_DIR": path / "data"}


def _unit_fixture(code):
    @pytest.fixture(name=code)
    def unit(db):
        from organizations.models import Unit

        return Unit.objects.get(code=code)

    return unit


def _officer_fixture(username):
    @pytest.fixture(name=username)
    def officer(db):
        from organizations.models import Officer

        return Officer.objects.select_related("unit").get(username=username)

    return officer


for _code in CAST:
    globals()[_code] = _unit_fixture(_code)
    for _post in ("clerk", "leader"):
        globals()[f"{_code}_{_post}"] = _officer_fixture(f"{_code}_{_post}")


@pytest.fixture
def stranger(taji_clerk):
    return taji_clerk


@pytest.fixture
def admin_officer(db):
    from organizations.models import Officer

    return Officer.objects.get(username="admin")


@pytest.fixture(scope="session")
def pdf():
    """pdf(name) → an uploaded one-page PDF."""
    return lambda name="现场检查记录.pdf": SimpleUploadedFile(name, PDF, content_type="application/pdf")


@pytest.fixture(scope="session")
def at():
    """at("2026-10-08 10:32") → that moment in Shanghai."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def desk(pdf):
    """What officers do at their desks, in one line each: desk.draft(...), desk.send(...), desk.receive(...)."""
    return Desk(pdf)


class Desk:
    """Runs real acts through perform(); nothing is faked. Moments are explicit so that clocks can be read."""

    def __init__(self, pdf):
        self.pdf = pdf

    def entries(self, **changes):
        body = {
            "receiver": "shijian",
            "township": "licheng",
            "title": "工园路某小吃店无证经营案",
            "party_kind": "sole_trader",
            "party_name": "刘某某",
            "place": "工园路与健康西路路口东北侧",
            "facts": "当事人在工园路路口设摊经营餐饮，现场不能出示营业执照。",
            "grounds": "无证无照经营的查处属县市场监督管理局职责。",
            "discovered_at": "2026-10-08 09:10",
        }
        body.update(changes)
        return {name: value for name, value in body.items() if value is not None}

    def draft(self, officer, now=None, **changes):
        from proceedings.perform import open_proceeding

        if "discovered_at" not in changes:
            changes["discovered_at"] = ((now or datetime.now(SHANGHAI)) - timedelta(hours=1)).isoformat()
        return open_proceeding("transfer", officer, self.entries(**changes), now=now).record

    def add_materials(self, transfer, officer, kinds=("inspection_record", "evidence")):
        from proceedings.materials import upload_to

        for kind in kinds:
            upload_to(transfer, self.pdf(f"{kind}.pdf"), kind, officer)
        return transfer

    def do(self, record, step, officer, now=None, files=None, key=None, **data):
        from proceedings.perform import perform

        record.refresh_from_db()
        return perform(record, step, officer, data, version=record.version, now=now, files=files, key=key).record

    def send(self, leader, now=None, clerk=None, kinds=("inspection_record", "evidence"), **changes):
        """A transfer drafted, with materials, signed and delivered at `now`."""
        transfer = self.draft(clerk or leader, now=now, **changes)
        self.add_materials(transfer, clerk or leader, kinds)
        return self.do(transfer, "issue", leader, now=now)
