"""A stranger's unit, and the accused unit, get 404 for every page, API route, file, count and search result of a
complaint: each address of the resolver that takes a matter, or anything that hangs on one, by every method, and every
address that counts, lists or searches. What is asked is derived (tests/addresses.py), so a new address is asked, too.
"""

import difflib
import io
import re

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse
from python_calamine import CalamineWorkbook

from evidence.redaction import Bar
from organizations.models import Officer
from proceedings import prints
from proceedings.letters import render_letter
from proceedings.materials import redact, upload_to
from proceedings.models import AutosavedForm, Letter, Notice
from proceedings.views.work import say
from tests import addresses
from tests.addresses import Files
from tests.hiding import METHODS, NOBODY, USUAL, browser, told_apart

from .helpers import MONDAY, WHO, do, notified, opened_from, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]

REFERRED = {"receiver": "shijian", "grounds": "无证经营归市场监督管理局管辖。"}


class Matters:
    """A complaint in which 金南镇 is accused, with everything that can hang on one; and what was opened from others."""

    def __init__(self, officers, at, pdf):
        clerk, leader = officers["licheng_clerk"], officers["licheng_leader"]
        accused = {
            "accused_unit": "jinnan",
            "title": "金南镇某站违规收费",
            "subject": "金南镇某站",
            "place": "金南镇集镇北街3号",
            "another_matter": True,
        }
        self.complaint = registered(clerk, at(MONDAY), **accused)
        self.furnish(self.complaint, clerk, pdf)
        redact(self.complaint.materials.get(), [Bar(page=0, x=0.1, y=0.1, width=0.5, height=0.2)], clerk)
        self.complaint = do(self.complaint, "accept", clerk, at(MONDAY))
        words = {"finding": "none", "reply": "经核实未发现违规收费。"}
        do(self.complaint, "reply_no_violation", leader, at("2026-10-13 10:00"), **words)
        self.referred = do(registered(clerk, at(MONDAY), **accused), "accept", clerk, at(MONDAY))
        self.scan(self.referred, clerk, pdf)
        do(self.referred, "refer", clerk, at("2026-10-13 09:00"), **REFERRED)
        self.transfer = opened_from(self.referred, "transfer")
        self.filed = do(registered(clerk, at(MONDAY), **accused), "accept", clerk, at(MONDAY))
        do(self.filed, "file_case", clerk, at("2026-10-13 09:00"))
        self.case = opened_from(self.filed, "case")
        self.furnish(self.case, clerk, pdf)
        self.counted, self.own = notified(officers["chengguan_leader"], at, **accused)
        self.furnish(self.own, clerk, pdf)
        for letter in Letter.objects.filter(proceeding__in=(self.complaint, self.counted)):
            render_letter(letter)
        prints.ask("complaint", self.complaint.pk, clerk)
        assert prints.make_pending()
        self.complaints = [self.complaint, self.referred, self.filed, self.own, self.counted]
        self.all = [*self.complaints, self.transfer, self.case, self.transfer.case]

    @staticmethod
    def scan(record, clerk, pdf):
        kind = "complaint_material" if record.kind == "complaint" else "evidence"
        return upload_to(record, pdf("来信.pdf"), kind, clerk)

    def furnish(self, record, clerk, pdf):
        """A scan, a remark, a form that somebody is typing."""
        self.scan(record, clerk, pdf)
        say(record, clerk, clerk.acting_unit, "请尽快核实。", None)
        AutosavedForm.objects.create(
            officer=clerk, unit=clerk.acting_unit, kind=record.kind, step="withdraw", proceeding_id=record.pk
        )


@pytest.fixture
def officers(db):
    return {one.username: one for one in Officer.objects.select_related("unit")}


@pytest.fixture(scope="module")
def made(shared_db, at, pdf):
    return Matters({one.username: one for one in Officer.objects.select_related("unit")}, at, pdf)


@pytest.fixture
def matters(db, made):
    for record in [*made.all, made.transfer.case]:
        record.refresh_from_db()
    return made


# Who sees none of them; and a department of a referred complaint before its leader has signed: not even the draft.
OUTSIDERS = ("taji_clerk", "taji_leader", "jinnan_clerk", "jinnan_leader", "shuiwu_clerk", "shuiwu_leader")


# Who walks which steps of which matters, by which methods: one every step, one by every method, the others just look.
WALKS = {
    "taji_clerk": ("some", None, USUAL), "jinnan_clerk": ("some", 1, METHODS), "shuiwu_clerk": ("all", 1, USUAL),
    "taji_leader": ("some", 0, ["get"]), "jinnan_leader": ("all", 0, ["get"]), "shuiwu_leader": ("some", 0, ["get"]),
}  # fmt: skip


@pytest.mark.parametrize("who", WALKS)
def test_every_address_of_a_matter_answers_an_outsider_as_if_there_were_none(matters, officers, who):
    which, steps, methods = WALKS[who]
    records = matters.all if which == "all" else [matters.complaint, matters.transfer, matters.case]
    wrong, paths = told_apart(officers[who], records, steps, methods)
    assert not wrong, f"{len(wrong)} of {len(paths)}:\n" + "\n".join(wrong[:20])
    assert len(paths) > (400 if steps is None else 100)
    kinds = {name.partition(":")[0].partition("-")[0] for name, _ in paths}
    assert {
        "complaint",
        "transfer",
        "case",
        "letter",
        "material",
        "print",
        "autosave",
        "upload_begin",
        "api",
    } <= kinds, kinds
    # What can be opened from a complaint, and from that; those of 信息共享 are about no complaint.
    assert set(Files.of(records).matters) == {"complaint", "transfer", "case"}


def test_nor_does_the_receiver_see_a_referral_before_it_is_issued_nor_the_complaint_ever(matters, officers, desk, at):
    who, referred = officers["shijian_leader"], [matters.referred, matters.transfer, matters.transfer.case]
    wrong, _ = told_apart(who, referred, 0)
    assert not wrong, "\n".join(wrong[:20])
    desk.add_materials(matters.transfer, officers["licheng_clerk"], ("inspection_record", "evidence"))
    desk.do(matters.transfer, "issue", officers["licheng_leader"], at("2026-10-13 15:00"))
    wrong, _ = told_apart(who, [matters.referred, matters.complaint], 0)
    assert not wrong, "\n".join(wrong[:20])
    wrong, _ = told_apart(who, [matters.transfer], 0)
    assert wrong, "the transfer is there to be read"


def test_whom_it_concerns_finds_it_at_the_same_addresses(matters, officers):
    wrong, paths = told_apart(officers["licheng_clerk"], [matters.complaint, matters.own], 0, ["get"])
    assert len(wrong) > len(paths) / 4, "the comparison sees what is there to be seen"


# --- lists, counts, searches, ledgers, the bell ---------------------------------------------------------

QUERIES = (
    {}, {"q": "金南镇某站"}, {"q": "诉0"}, {"q": "来信"}, {"state": "result,referred,in_case,draft"}, {"unit": "licheng"},
    {"township": "licheng"}, {"open": "true"}, {"box": "in"}, {"box": "turn"}, {"page_size": "100"},
)  # fmt: skip
# What differs from one answer to the next whoever asks.
CHANGING = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+|"X-CSRFToken": "[^"]+|nonce-?[=:]?"?[\w+/=-]{16,}|'
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"
)


def said(client, path, query):
    answer = client.get(path, query)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data[:2] == b"PK":
        return answer.status_code, CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return answer.status_code, CHANGING.sub("", data.decode())


def queries_of(name):
    """A list that could name a complaint or what follows from it is asked in every way; the others as they are."""
    if name in ("search", "worklist", "letters"):
        return QUERIES
    about, made_of = (
        any(kind in name for kind in ("complaint", "transfer", "case")),
        name.endswith((":export", ":filter")),
    )
    return QUERIES[: 2 if made_of else None] if about and (made_of or name.endswith("list")) else QUERIES[:1]


def counted(client, queries=True):
    """{address with its query: what it says} of every address about no single matter: pages, REST, ledgers."""
    found = {}
    for name, names in addresses.named_patterns():
        # The address of another office, and what changes by being asked for.
        if names or name.startswith(("admin", "api_", "schema", "logout", "sessions", "healthz")):
            continue
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        for query in queries_of(name) if queries else QUERIES[:1]:
            found[path, *query.items()] = said(client, path, query)
    return found


@pytest.mark.parametrize("who", ["taji_leader", "jinnan_leader", "shuiwu_leader"])
def test_no_list_count_search_ledger_or_bell_changes_by_it(who, officers, at, pdf):
    outsider = officers[who]
    registered(outsider, at(MONDAY), township="taji")
    with time_machine.travel(at("2026-10-14 10:00"), tick=False):
        client = browser(outsider)
        counted(client, queries=False)  # the first visit leaves what the second one finds: an empty form
        before = counted(client)
        Matters(officers, at, pdf)
        after = counted(client)
    assert len(before) > 150
    assert [f"{key}\n{difference(before[key], after[key])}" for key in before if before[key] != after[key]] == []


def difference(before, after):
    texts = (
        one[1].splitlines() if isinstance(one[1], str) else [str(row) for row in one[1]] for one in (before, after)
    )
    return "\n".join(line[:300] for line in difflib.unified_diff(*texts, n=0, lineterm=""))[:2000]


def test_the_same_lists_do_change_for_whom_it_concerns(officers, at, pdf):
    with time_machine.travel(at("2026-10-14 10:00"), tick=False):
        clerk = browser(officers["licheng_clerk"])
        counted(clerk, queries=False)
        before = counted(clerk)
        Matters(officers, at, pdf)
        after = counted(clerk)
    changed = {key[0] for key in before if before[key] != after[key]}
    assert {"/", "/complaints/", "/complaints/export.xlsx", "/search/", "/api/complaints/", "/letters/"} <= changed


# --- guessing -------------------------------------------------------------------------------------------


def test_a_telephone_that_is_known_finds_nothing(matters, officers):
    for who in OUTSIDERS:
        client = browser(officers[who])
        known, unknown = (client.post("/complaints/identity/", {"phone": n}) for n in (WHO["phone"], "13899991234"))
        assert (known.status_code, CHANGING.sub("", known.text)) == (
            unknown.status_code,
            CHANGING.sub("", unknown.text),
        )
    found = browser(officers["licheng_clerk"]).post("/complaints/identity/", {"phone": WHO["phone"]})
    assert matters.complaint.title in found.text


def test_a_matter_cannot_be_guessed_by_naming_it_in_a_form(matters, officers):
    for who in ("taji_clerk", "jinnan_leader"):
        client = browser(officers[who])
        for path, body, field, guess, nothing in named(matters):
            answers = []
            for value in (guess, nothing):
                answer = client.post(f"/api/{path}", {**body, field: value}, content_type="application/json")
                answers.append((answer.status_code, answer.text.replace(str(value), "")))
            assert answers[0] == answers[1], (who, path, field)
            assert answers[0][0] == 400


def named(matters):
    """[(path, body, the entry that names a matter, of one that there is, of none)] of steps that are open to everybody."""
    own = {"receiver": "shijian", "grounds": "归你单位。", "discovered_at": "2026-10-12 09:00"}
    yield "transfers/", own, "case", matters.case.pk, NOBODY
    yield "transfers/", own, "case", matters.transfer.case_id, NOBODY
    yield "transfers/", own, "origin", matters.complaint.pk, NOBODY


def test_nor_by_an_address_that_fills_in_a_form(matters, officers):
    client = browser(officers["taji_clerk"])
    for query in (f"case={matters.case.pk}", f"origin={matters.complaint.pk}", f"case={matters.transfer.case_id}"):
        page = client.get(f"/transfers/new/?{query}", follow=True).text
        assert not any(
            secret in page for secret in (matters.complaint.title, matters.case.number, matters.complaint.number)
        )


def test_no_notice_reaches_an_outsider(matters, officers):
    units = {officers[who].unit_id for who in OUTSIDERS}
    ids = [record.pk for record in matters.all]
    assert not Notice.objects.filter(proceeding__in=ids, unit__in=units).exists()
    assert Notice.objects.filter(proceeding__in=ids).exists()
