"""Every address of the resolver, asked by everybody. An address that is not in the table fails the test.

Columns: nobody, a stranger (an officer of an uninvolved unit), the sender's clerk, the receiver's clerk, the
administrator. GET, or the method named. What one may not see answers 404; nobody is sent to the log-in page
(302), or gets 401 from REST. 405 shows that the address is known and takes another method.
"""

import uuid
from datetime import timedelta

import pytest
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from organizations.models import Officer, Power
from proceedings import prints
from proceedings.models import AutosavedForm
from proceedings.perform import open_proceeding, perform
from tests.addresses import named_patterns
from tests.complaints.helpers import notified
from workdays.calendar import add_working_days, shanghai_date

pytestmark = pytest.mark.django_db

LOGIN, OK, GONE, NO, METHOD, ANON = 302, 200, 404, 403, 405, 401
EVERY_OFFICER = (LOGIN, OK, OK, OK, OK)
POST_ONLY = (LOGIN, METHOD, METHOD, METHOD, METHOD)
OF_PARTIES = (LOGIN, GONE, OK, OK, OK)
REST = (ANON, OK, OK, OK, OK)
REST_POST = (ANON, METHOD, METHOD, METHOD, METHOD)
PUBLIC = (OK, OK, OK, OK, OK)

TABLE = {
    "healthz": PUBLIC,
    "login": (OK, LOGIN, LOGIN, LOGIN, LOGIN),
    "logout": POST_ONLY,
    "password_change": EVERY_OFFICER,
    "password_change_done": EVERY_OFFICER,
    "capacity": POST_ONLY,
    "sessions": (LOGIN,) + (302,) * 4,
    "me": EVERY_OFFICER,
    "me_tokens": POST_ONLY,
    "me_token": POST_ONLY,
    "setup": (LOGIN, NO, NO, NO, OK),
    "setup_administrator": (GONE,) * 5,  # there is an administrator
    "worklist": EVERY_OFFICER,
    "new": EVERY_OFFICER,
    "signing": EVERY_OFFICER,
    "mandates": EVERY_OFFICER,
    "mandate_end": POST_ONLY,
    "search": EVERY_OFFICER,
    "notices": EVERY_OFFICER,
    "notices_read": POST_ONLY,
    "notice_answer": POST_ONLY,
    "handbook": EVERY_OFFICER,
    "ui": (LOGIN, GONE, GONE, GONE, OK),
    "letters": EVERY_OFFICER,
    "letter": OF_PARTIES,
    "letter_pdf": OF_PARTIES,
    "letter_docx": OF_PARTIES,
    "letter_copies": OF_PARTIES,
    # The sender's clerk asked for it: it is nobody else's, not even the receiver's or the administrator's.
    "print": (LOGIN, GONE, OK, GONE, GONE),
    "print_pdf": (LOGIN, GONE, OK, GONE, GONE),
    "letter_page": OF_PARTIES,
    # This letter is delivered here, so there is none; tests/letters and tests/referrals/test_paper.py open it.
    "letter_service": (LOGIN, GONE, GONE, GONE, GONE),
    "letter_scan": POST_ONLY,
    # This letter goes to a unit; tests/complaints/test_mailing.py opens one to a complainant.
    "letter_mailing": (LOGIN, GONE, GONE, GONE, GONE),
    "letter_mailing_print": POST_ONLY,
    "verify": PUBLIC,
    "material": OF_PARTIES,
    "material_preview": OF_PARTIES,
    # Who reads it without being a party to the matter makes no copies.
    "material_redact": (LOGIN, GONE, OK, OK, GONE),
    "material_redact_page": (LOGIN, GONE, OK, OK, GONE),
    # The sender's clerk may see it, but only a leader may remove.
    "material_remove": (LOGIN, GONE, NO, NO, OK),
    # Whoever belongs to no unit is sent nothing.
    "information_feed": (LOGIN, OK, OK, OK, NO),
    "subscriptions": (LOGIN, OK, OK, OK, NO),
    "unsubscribe": POST_ONLY,
    "powers": EVERY_OFFICER,
    "power": EVERY_OFFICER,
    # Of a power that the receiver's department leads.
    "power_edit": (LOGIN, NO, NO, OK, NO),
    "power_gaps": EVERY_OFFICER,
    # The receiver asked for the figures, the sender answers: it does not read the others'.
    "data_template": OF_PARTIES,
    "data_merged": (LOGIN, GONE, GONE, OK, OK),
    "autosave": POST_ONLY,
    "autosave_discard": POST_ONLY,
    "form_materials": POST_ONLY,
    "upload_begin": POST_ONLY,
    "upload_piece": (LOGIN, GONE, GONE, GONE, GONE),
    "upload_finish": POST_ONLY,
    "workdays:calendar": (LOGIN, (OK, 302), (OK, 302), (OK, 302), (OK, 302)),
    "workdays:year": EVERY_OFFICER,
    "workdays:calculate": (LOGIN, 400, 400, 400, 400),  # asked for nothing
    "complaint:import_hotline": (LOGIN, OK, OK, OK, NO),
    "complaint:import_template": (LOGIN, OK, OK, OK, NO),
    # A file that somebody else has checked leads back to where one is chosen.
    "complaint:import_found": (LOGIN, 302, 302, 302, NO),
    # REST
    "api_token": (METHOD,) * 5,
    # The description of the interface holds no data.
    "schema": PUBLIC,
    "api_docs": PUBLIC,
    "api-units": REST,
    "api-powers": REST,
    "api-me": REST,
    "api-competent-unit": REST,
    "api-letter-pdf": (ANON, GONE, OK, OK, OK),
    "api-letter-docx": (ANON, GONE, OK, OK, OK),
    "api-letter-copies": (ANON, GONE, OK, OK, OK),
    "api-print": (ANON, GONE, OK, GONE, GONE),
    "api-print-pdf": (ANON, GONE, OK, GONE, GONE),
    "api-letter-service": (ANON, GONE, GONE, GONE, GONE),
    "api-power": REST,
    "api-data-template": (ANON, GONE, OK, OK, OK),
    "api-data-merged": (ANON, GONE, GONE, OK, OK),
    "api-material": (ANON, GONE, OK, OK, OK),
}
# The same for every declared procedure: pages …
PROCEDURE = {
    "list": EVERY_OFFICER,
    "export": EVERY_OFFICER,
    "filter": EVERY_OFFICER,
    "columns": EVERY_OFFICER,
    "views": EVERY_OFFICER,
    "view": POST_ONLY,
    "open": (LOGIN, 302, 302, 302, (302, 403)),
    "open_by": (LOGIN, 302, 302, 302, (302, 403)),
    "open_summary": POST_ONLY[:1] + (400,) * 4,
    "open_preview": POST_ONLY[:1] + (400,) * 4,
    "detail": OF_PARTIES,
    "find_identity": None,
    "reveal": None,
    "materials": POST_ONLY,
    "materials_zip": OF_PARTIES,
    "make_print": POST_ONLY,
    "comment": POST_ONLY,
    "urge": POST_ONLY,
    "step": None,
    "step_preview": None,
    "step_docx": None,
    "sign": None,
}
# … and REST.
PROCEDURE_REST = {
    "list": REST,
    "": (ANON, GONE, OK, OK, OK),
    "materials": REST_POST,
    "print": REST_POST,
    "no-step": REST_POST,
}
SHARED = ("information", "data_request", "training", "question")
KINDS = ("case", "transfer", "complaint", *SHARED, "errand", "meeting", "tip")


@pytest.fixture(scope="module")
def made(shared_db, desk, at):
    officers = {o.username: o for o in Officer.objects.select_related("unit")}
    clerk, leader, receiver = officers["licheng_clerk"], officers["licheng_leader"], officers["shijian_leader"]
    transfer = desk.send(leader, clerk=clerk)
    letter = transfer.letters.get()
    form = AutosavedForm.objects.create(officer=clerk, unit=clerk.acting_unit, kind="transfer", step="open")
    printed = prints.ask("transfer", transfer.pk, clerk)
    prints.make_pending()
    material = transfer.materials.first()
    complaint, _ = notified(receiver, at)
    power = Power.objects.filter(lead_department=receiver.unit).first()
    return {
        "transfer": transfer, "complaint": complaint, "letter": letter, "material": material, "form": form, "print": printed,
        "power": power.code, **shared(clerk, receiver, power),
    }  # fmt: skip


@pytest.fixture
def world(db, made):
    for one in made.values():
        if isinstance(one, Model):
            one.refresh_from_db()
    return made


def shared(asker, department, power):
    """Of each kind of shared information one between the two units."""

    def opened(kind, officer, **entries):
        return open_proceeding(kind, officer, entries).record

    to, now = {"units": [asker.unit.code]}, timezone.now()
    item = opened("information", department, category="other", title="提示", content="全程记录。", formed_at=now, **to)
    due, columns = add_working_days(shanghai_date(now), 3), [{"name": "件数"}]
    return {
        "information": perform(item, "publish", department, version=item.version).record,
        "data_request": opened(
            "data_request", department, title="统计", wanted="件数", due_on=due, columns=columns, **to
        ),
        "training": opened(
            "training", department, title="培训", content="程序", place="三楼", begins_at=now + timedelta(days=3), **to
        ),
        "question": opened("question", asker, title="怎样写", question="怎样写？", power=power.code),
    }


@pytest.fixture
def everybody(client_for, licheng_clerk, shijian_clerk, stranger, admin_officer):
    return [client_for(o) for o in (None, stranger, licheng_clerk, shijian_clerk, admin_officer)]


@pytest.fixture
def client_for():
    from django.test import Client

    def make(officer):
        client = Client()
        if officer is not None:
            client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def pk_of(world, kind):
    """Of the record of that kind; the transfer's for what belongs to none."""
    if kind == "case":
        return world["transfer"].case_id
    return world[kind if kind in KINDS and kind in world else "transfer"].pk


def arguments(name, names, world):
    transfer = world["transfer"]
    kind = name.split(":")[0] if ":" in name else name.removeprefix("api-").split("-")[0]
    given = {
        "pk": pk_of(world, kind),
        "step_code": {"case": "open"}.get(kind, "open"), "clock_pk": 1, "page": 1, "code": "K7M2QX-9HTRVD-4WFPNA",
        "token": world["form"].token, "target": f"p{transfer.pk}", "upload": uuid.uuid4(), "year": 2026,
        "step": "no_such_step", "name": "volume",
    }  # fmt: skip
    if name.startswith(("power", "api-power")):
        given["code"] = world["power"]
    if name.startswith(("data_", "api-data-")):
        given["pk"] = world["data_request"].pk
    if name.startswith(("letter", "api-letter")):
        given["pk"] = world["letter"].pk
    if name.startswith(("print", "api-print")):
        given["pk"] = world["print"].pk
    if name.startswith("material") or name == "api-material":
        given["pk"] = world["material"].pk
    return {n: given[n] for n in names}


def expected(name):
    if name in TABLE:
        return TABLE[name]
    space, _, rest = name.partition(":")
    if space in KINDS and rest in PROCEDURE:
        return PROCEDURE[rest]
    if name.startswith("api-") and name.split("-")[1] in KINDS:
        rest = name.removeprefix("api-").partition("-")[2]
        # Every other REST address of a procedure is a step, which takes POST only.
        return PROCEDURE_REST.get(rest, REST_POST)
    raise AssertionError(f"{name} is not in the table: say who may ask it")


def test_every_address_answers_as_the_table_says(world, everybody):
    wrong, asked = [], 0
    for name, names in named_patterns():
        if name.startswith(("admin:", "admin/")):
            continue
        table = expected(name)
        if table is None or any(made_up in name for made_up in ("errand", "meeting", "tip")):
            continue
        path = f"/{name}/" if name in ("verify", "handbook") else reverse(name, kwargs=arguments(name, names, world))
        if name == "api-competent-unit":
            path += "?power=&township="
            table = (ANON, 400, 400, 400, 400)
        answers = tuple(c.get(path).status_code for c in everybody)
        asked += 1
        for who, answer, wanted in zip(
            ("nobody", "stranger", "sender", "receiver", "administrator"), answers, table, strict=True
        ):
            if answer not in (wanted if isinstance(wanted, tuple) else (wanted,)):
                wrong.append(f"{name} {path} for {who}: {answer}, the table says {wanted}")
    assert not wrong, "\n".join(wrong)
    assert asked > 60


STEP_PAGES = [
    # kind, step, stranger, sender's clerk, receiver's clerk, administrator (no unit: no part in it)
    ("transfer", "accept", 404, 403, 200, 403),
    ("transfer", "request_supplement", 404, 403, 200, 403),
    ("transfer", "prepare_refuse", 404, 403, 200, 403),
    ("transfer", "refuse", 404, 403, 403, 403),
    ("transfer", "withdraw", 404, 403, 403, 403),
    ("transfer", "issue", 404, 403, 403, 403),
    ("transfer", "revise", 404, 409, 403, 403),
    ("transfer", "nonsense", 404, 404, 404, 404),
    ("transfer", "end_concluded", 404, 409, 403, 403),
    ("case", "order_stop", 404, 200, 403, 403),
    # Being sent on, its filing waits; evidence is kept whenever it must be.
    ("case", "file", 404, 409, 403, 403),
    ("case", "not_file", 404, 403, 403, 403),
    ("case", "register_evidence", 404, 200, 403, 403),
    ("case", "dispose_evidence", 404, 409, 403, 403),
    ("case", "decide", 404, 409, 403, 403),
    ("case", "record_service", 404, 409, 403, 403),
    ("case", "record_execution", 404, 409, 403, 403),
    ("case", "report_progress", 404, 409, 403, 403),
    ("case", "conclude", 404, 409, 403, 403),
    ("case", "suspend", 404, 403, 403, 403),
    ("case", "extend_decision", 404, 403, 403, 403),
    ("case", "merge", 404, 403, 403, 403),
    ("case", "reopen", 404, 403, 403, 403),
    # A department's that has been handed to the township: nothing is left to do but to wait.
    ("complaint", "accept", 404, 403, 409, 403),
    ("complaint", "notify_township", 404, 403, 403, 403),
    ("complaint", "inform_complainant", 404, 403, 409, 403),
    ("complaint", "dispatch", 404, 403, 409, 403),
    ("complaint", "return_dispatch", 404, 403, 403, 403),
    # What the department shares, asks for, teaches and answers.
    ("information", "correct", 404, 403, 200, 403),
    ("information", "withdraw", 404, 403, 403, 403),
    ("information", "publish", 404, 403, 409, 403),
    ("information", "share", 404, 404, 404, 404),
    ("data_request", "answer", 404, 200, 403, 403),
    ("data_request", "postpone", 404, 403, 200, 403),
    ("training", "enrol", 404, 200, 403, 403),
    ("training", "cancel", 404, 403, 200, 403),
    ("question", "answer", 404, 403, 200, 403),
    ("question", "ask_again", 404, 409, 403, 403),
]


@pytest.mark.parametrize(("kind", "step", "stranger_gets", "sender_gets", "receiver_gets", "admin_gets"), STEP_PAGES)
def test_the_page_of_a_step_is_for_whose_part_it_is(
    world, everybody, kind, step, stranger_gets, sender_gets, receiver_gets, admin_gets
):
    path = reverse(f"{kind}:step", args=[pk_of(world, kind), step])
    answers = [c.get(path).status_code for c in everybody]
    assert answers == [302, stranger_gets, sender_gets, receiver_gets, admin_gets]


DRAFTS = [
    # kind, step, stranger, sender's clerk, receiver's clerk, administrator: the draft of a letter is the unit's own
    ("transfer", "accept", 404, 403, 200, 403),
    ("transfer", "prepare_refuse", 404, 403, 200, 403),
    ("transfer", "request_supplement", 404, 403, 200, 403),
    ("transfer", "report", 404, 403, 409, 403),
    ("transfer", "issue", 404, 403, 403, 403),
    ("transfer", "submit", 404, 409, 403, 403),
    ("transfer", "assign", 404, 403, 403, 403),
    ("transfer", "open", 404, 404, 404, 404),
    ("transfer", "nonsense", 404, 404, 404, 404),
    ("case", "order_stop", 404, 200, 403, 403),
]


@pytest.mark.parametrize(("kind", "step", "stranger_gets", "sender_gets", "receiver_gets", "admin_gets"), DRAFTS)
def test_the_draft_of_a_letter_is_for_the_unit_that_writes_it(
    world, everybody, kind, step, stranger_gets, sender_gets, receiver_gets, admin_gets
):
    pk = world["transfer"].case_id if kind == "case" else world["transfer"].pk
    path = reverse(f"{kind}:step_docx", args=[pk, step])
    answers = [c.get(path).status_code for c in everybody]
    assert answers == [302, stranger_gets, sender_gets, receiver_gets, admin_gets]


def test_the_administration_is_for_administrators(everybody):
    paths = []
    for name, names in named_patterns():
        if name.startswith("admin:") and not names:
            try:
                paths.append(reverse(name))
            except NoReverseMatch:
                continue  # takes an object's key; the admin's own tests open those
    assert len(paths) > 20
    for path in paths:
        nobody, stranger, sender, receiver, administrator = (c.get(path).status_code for c in everybody)
        assert nobody in (302, 405), path
        assert stranger in (302, 403, 404, 405), path
        assert sender == stranger == receiver, path
        assert administrator in (200, 302, 403, 405), path
