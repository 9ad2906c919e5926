"""What was not shared with a unit answers 404 everywhere (M3.3.0): an item, a request for figures, a training, a question."""

import re

import pytest
import time_machine

from proceedings.materials import upload_to
from proceedings.models import AutosavedForm, Notice
from proceedings.views.work import say
from tests.addresses import Files
from tests.hiding import METHODS, USUAL, browser, told_apart

from . import test_data_request, test_learning
from .helpers import MONDAY, do, published

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.3.0")]
SECRET = "只给黎城街道"
MARKS = re.compile(r"</?mark>")  # of what was searched for


@pytest.fixture
def matters(chengguan_clerk, licheng_clerk, at, pdf):
    """One of each, with whatever can hang on it, between 县城市管理局 and 黎城街道 alone."""
    only = {"groups": [], "units": ["licheng"]}
    item = published(chengguan_clerk, at, title=f"{SECRET}的简报", **only)
    figures = test_data_request.asked(chengguan_clerk, at, title=f"{SECRET}的统计", units=["licheng"])
    do(figures, "answer", licheng_clerk, at(MONDAY), rows=[test_data_request.ROW], words="")
    training = test_learning.announced(chengguan_clerk, at, title=f"{SECRET}的培训", **only)
    question = test_learning.asked(licheng_clerk, at, title=f"{SECRET}的提问")
    for record, writer in ((item, chengguan_clerk), (figures, chengguan_clerk), (training, chengguan_clerk),
                           (question, licheng_clerk)):  # fmt: skip
        if record.is_open:
            upload_to(record, pdf("附件.pdf"), next(iter(record.procedure.material_kinds)), writer)
        say(record, writer, writer.acting_unit, "请查收。", None)
        AutosavedForm.objects.create(
            officer=writer, unit=writer.acting_unit, kind=record.kind, step="withdraw", proceeding_id=record.pk
        )
    return [item, figures, training, question]


@pytest.mark.parametrize(("who", "steps", "methods"), [("shuiwu_leader", 0, METHODS), ("taji_clerk", None, USUAL)])
def test_every_address_answers_others_as_if_there_were_nothing(matters, request, who, steps, methods):
    wrong, paths = told_apart(request.getfixturevalue(who), matters, steps, methods)
    assert not wrong, f"{len(wrong)} of {len(paths)}:\n" + "\n".join(wrong[:20])
    kinds = {name.partition(":")[0].partition("-")[0] for name, _ in paths}
    assert {"information", "data_request", "training", "question", "material", "data_merged", "api"} <= kinds, kinds
    assert set(Files.of(matters).matters) == {"information", "data_request", "training", "question"}


def test_whom_it_was_shared_with_finds_it_there(matters, licheng_clerk):
    wrong, paths = told_apart(licheng_clerk, matters, 0, ["get"])
    assert len(wrong) > 30, "the comparison sees what is there to be seen"


@pytest.mark.parametrize(("who", "told"), [("licheng_clerk", True), ("shuiwu_leader", False), ("taji_clerk", False)])
def test_no_list_search_feed_power_or_figure_names_it(matters, request, at, who, told):
    with time_machine.travel(at("2026-10-12 15:00"), tick=False):
        client = browser(request.getfixturevalue(who))
        pages = {path: MARKS.sub("", client.get(path).text) for path in PLACES}
    assert {path for path, page in pages.items() if SECRET in page} == (set(PLACES) if told else set())


PLACES = (
    "/information/", "/information/feed/", "/data-requests/", "/trainings/", "/questions/", "/search/?q=只给黎城",
    "/powers/CG-009/", "/api/information/", "/api/data-requests/", "/notices/",
)  # fmt: skip


def test_no_notice_of_it_goes_elsewhere(matters, licheng, chengguan):
    of_these = Notice.objects.filter(proceeding__in=[record.pk for record in matters])
    assert of_these.exists()
    assert not of_these.exclude(unit__in=(licheng, chengguan)).exists()
