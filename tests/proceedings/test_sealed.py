"""Sealed entries: whatever the engine keeps or says of a matter, who wrote in is in none of it (made-up 来信)."""

import base64
import json
import logging
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from jinhu_enforcement import wakeup
from jinhu_enforcement.logs import JsonFormatter
from proceedings import sealed, tasks
from proceedings.errors import Invalid, KeyReused, Refused
from proceedings.materials import upload_to
from proceedings.models import AutosavedForm, Event, IdempotencyKey
from proceedings.perform import open_proceeding, perform
from sealing.custody import keeps
from sealing.keyring import new_entries
from sealing.models import Custody, SealedIdentity
from tests.made_up.models import Tip
from tests.made_up.procedures import TipForm

pytestmark = pytest.mark.django_db

NAME, PHONE, NUMBER, ADDRESS = "张晓梅", "13800131234", "320831199003071239", "黎城街道健康西路18号"
SECRETS = (NAME, PHONE, NUMBER, ADDRESS, "张\\u6653", r"\u5f20\u6653\u6885")
WHO = {"name": NAME, "phone": PHONE, "number": NUMBER, "address": ADDRESS}
TIP = {"title": "夜间油烟", "what": "楼下烧烤店夜间排放油烟", **WHO}


def dump():
    """Every row of every table, as a dump of the database has them."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [f"{table}: {row[0]}" for row in cursor.fetchall()]
    return found


def assert_hidden(text):
    for secret in SECRETS:
        assert secret not in text, f"{secret} in {text[max(0, text.find(secret) - 80) :][:200]}"


@pytest.fixture
def tip(licheng_clerk):
    return open_proceeding("tip", licheng_clerk, dict(TIP), key="k1").record


@pytest.fixture
def writing(desk_of, licheng_clerk):
    """The page of a new letter as the clerk has it open: (desk, address of the page, its autosave)."""
    desk = desk_of(licheng_clerk)
    page = desk.get(reverse("tip:open"), follow=True)
    return desk, f"{page.request['PATH_INFO']}?form={page.context['form_token']}", page.context["autosave"]["url"]


# --- where it goes, and where not ---------------------------------------------------------------------


def test_it_is_sealed_and_kept_by_whoever_registered_it(tip, licheng, taji):
    identity = tip.identity
    assert {kind: value.clear for kind, value in identity.opened().items()} == WHO
    assert (keeps(licheng, identity), keeps(taji, identity)) == (True, False)
    assert identity.township == "黎城街道"


def test_no_table_holds_it_in_the_clear(tip, licheng_clerk):
    perform(tip, "call", licheng_clerk, {"said": "属实", "phone": "13900139000"}, version=tip.version, key="k2")
    for row in dump():
        assert_hidden(row)
        assert "13900139000" not in row


def test_pages_rest_and_exports_show_it_nowhere(tip, desk_of, rest, licheng_clerk):
    desk = desk_of(licheng_clerk)
    for url in (
        tip.get_absolute_url(), "/", "/tips/", f"/search/?q={tip.title}", "/notices/",
        reverse("tip:step", args=[tip.pk, "call"]), "/api/schema/",
    ):  # fmt: skip
        page = desk.get(url)
        assert page.status_code == 200, url
        assert_hidden(page.text)
    answer = rest(licheng_clerk).get(f"tips/{tip.pk}/")
    assert_hidden(answer.content.decode())
    assert_hidden(json.dumps(answer.json(), ensure_ascii=False))


def test_over_rest_it_is_taken_and_never_given_back(rest, licheng_clerk):
    answer = rest(licheng_clerk).post("tips/", TIP, key="r1")
    assert answer.status_code == 201, answer.json()
    assert_hidden(json.dumps(answer.json(), ensure_ascii=False))
    wrong = rest(licheng_clerk).post("tips/", {**TIP, "what": f"{NAME}反映油烟", "number": "320831199003071230"})
    assert set(wrong.json()["fields"]) == {"what", "number"}
    assert_hidden(json.dumps(wrong.json(), ensure_ascii=False))


def test_the_timeline_does_not_tell_what_was_sealed(tip, licheng_clerk):
    event = perform(
        tip, "call", licheng_clerk, {"said": "属实", "phone": "13900139000"}, version=tip.version
    ).event  # fmt: skip
    assert event.details == [["来信人答复", "属实"]]


def test_a_form_gives_it_neither_to_the_timeline_nor_to_what_is_prepared():
    form = TipForm(dict(TIP))
    assert form.is_valid()
    assert form.as_data() == {"title": TIP["title"], "what": TIP["what"], "photos": [], "shop_phone": ""}
    assert form.summary() == [["事由", TIP["title"]], ["反映内容", TIP["what"]]]
    assert_hidden(repr(form.cleaned_data))


# --- work in hand -------------------------------------------------------------------------------------


def test_a_draft_keeps_it_sealed_and_gives_it_back_to_whoever_typed_it(writing):
    desk, page, autosave = writing
    assert desk.post(autosave, {**TIP, "revision": 0}).status_code == 200
    saved = AutosavedForm.objects.get(kind="tip")
    assert saved.data["title"] == TIP["title"]
    assert set(saved.data["phone"]) == {"sealed"}
    for row in dump():
        assert_hidden(row)
    assert saved.entries == TIP
    assert PHONE in desk.get(page).text


def test_a_draft_whose_key_is_lost_is_typed_again(writing, settings):
    desk, page, autosave = writing
    desk.post(autosave, {**TIP, "revision": 0})
    settings.SEALING_KEYS = new_entries()
    assert AutosavedForm.objects.get(kind="tip").entries == {"title": TIP["title"], "what": TIP["what"]}
    assert desk.get(page).status_code == 200


def test_a_draft_outlives_a_change_of_keys(writing, settings, capsys):
    desk, _, autosave = writing
    desk.post(autosave, {**TIP, "revision": 0})
    new, old = new_entries(), settings.SEALING_KEYS
    settings.SEALING_KEYS = [*new, *old]
    call_command("rotate_sealing_keys")
    assert "0 re-sealed, and 1 drafts" in capsys.readouterr().out
    settings.SEALING_KEYS = new
    saved = AutosavedForm.objects.get(kind="tip")
    assert (saved.entries, saved.revision) == (TIP, 1)


def test_no_address_prefills_it(desk_of, licheng_clerk):
    page = desk_of(licheng_clerk).get(reverse("tip:open"), {"title": "油烟", "phone": PHONE}, follow=True)
    assert 'value="油烟"' in page.text
    assert page.context["form"]["phone"].value() is None


def test_an_idempotency_row_says_nothing_even_to_whoever_tries_all_numbers(tip, licheng_clerk):
    from proceedings.idempotency import body_hash

    row = IdempotencyKey.objects.get(key="k1")
    assert row.body_hash != body_hash(TIP)
    again = open_proceeding("tip", licheng_clerk, dict(TIP), key="k1")
    assert (again.replayed, again.record.pk) == (True, tip.pk)
    with pytest.raises(KeyReused):
        open_proceeding("tip", licheng_clerk, {**TIP, "phone": "13800131235"}, key="k1")


def unpacked(found):
    """With the bodies of messages, which are in base64, beside them."""
    bodies = re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", found)
    return found + b"".join(base64.b64decode(body + b"=" * (-len(body) % 4)) for body in bodies)


def test_redis_holds_nothing_of_it(writing, settings, django_capture_on_commit_callbacks):
    """Cache, sessions and the messages to the worker."""
    import redis

    desk, page, autosave = writing
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(autosave, {**TIP, "revision": 0})
        answer = desk.post(page, {**TIP, "idempotency_key": "k9"})
        assert answer.status_code == 302
        tip = Tip.objects.get()
        desk.get(answer.url)
        given = {"to": "taji", "why": "属地", "version": tip.version}
        assert desk.post(reverse("tip:step", args=[tip.pk, "pass_on"]), given).status_code == 302
    assert wakeup.flush(15)
    server, found = redis.Redis.from_url(settings.REDIS_URL), b""
    for key in server.scan_iter():
        kind = server.type(key)
        read = {b"string": server.get, b"hash": server.hgetall, b"set": server.smembers}.get(kind)
        found += key + repr(read(key) if read else server.lrange(key, 0, -1) if kind == b"list" else b"").encode()
    assert b"proceedings.tasks.after_step" in unpacked(found), (
        "the worker was woken, so there is something to look through"
    )
    for secret in (NAME, PHONE, NUMBER, ADDRESS):
        assert secret.encode() not in found
        assert repr(secret.encode())[2:-1].encode() not in unpacked(found)


# --- reports and logs ---------------------------------------------------------------------------------


class Broken(Exception):
    pass


@pytest.fixture
def fault(monkeypatch):
    """Sealing breaks with the clear text in hand."""

    def broken(act, entries):
        values = {name: value.clear for name, value in entries.items() if hasattr(value, "clear")}
        raise Broken(f"cannot seal {values}")

    monkeypatch.setattr(sealed, "seal", broken)


def test_the_log_and_the_error_page_tell_nothing(fault, desk_of, licheng_clerk, writing, caplog):
    desk, page, _ = writing
    desk.raise_request_exception = False
    caplog.set_level(logging.DEBUG)
    answer = desk.post(page, TIP)
    assert answer.status_code == 500
    assert_hidden(answer.text)
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("jinhu")]
    assert any("Broken" in line for line in lines)
    assert_hidden("\n".join(lines))


@pytest.mark.parametrize(
    "body", [{"data": TIP}, {"data": json.dumps(TIP), "content_type": "application/json"}], ids=["form", "json"]
)
@pytest.mark.parametrize("debug", [True, False])
def test_djangos_report_shows_neither_entries_nor_variables(body, debug, settings):
    settings.DEBUG = debug
    request = RequestFactory().post("/tips/new/", **body)
    typed = dict(TIP)
    try:
        raise Broken(len(typed))
    except Broken as error:
        reporter = ExceptionReporter(request, type(error), error, error.__traceback__)
    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "Broken" in report
        assert_hidden(report)


def test_other_requests_are_reported_as_ever(settings):
    settings.DEBUG = True
    request = RequestFactory().post("/errands/new/", {"wish": "向塔集镇送达"})
    assert get_exception_reporter_filter(request).get_post_parameters(request)["wish"] == "向塔集镇送达"


# --- free texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": f"{NAME}反映油烟"}, {"title": "油烟，联系13800131234"}, {"what": f"电话{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}"},
        {"what": f"证号{NUMBER}"}, {"what": "邻居电话13700001111"}, {"photos": [f"{NAME}拍摄"]},
    ],
)  # fmt: skip
def test_a_form_that_says_in_a_text_who_it_was_is_not_saved(licheng_clerk, wrong):
    with pytest.raises(Invalid) as refused:
        open_proceeding("tip", licheng_clerk, {**TIP, **wrong})
    assert set(refused.value.fields) == set(wrong)
    assert_hidden(str(refused.value.fields))
    assert not SealedIdentity.objects.exists()


def test_an_entry_that_is_meant_for_a_number_takes_one(licheng_clerk):
    assert open_proceeding("tip", licheng_clerk, {**TIP, "shop_phone": "0517-86881234"}).record.pk


def test_later_texts_are_looked_through_too(tip, licheng_clerk):
    with pytest.raises(Invalid) as refused:
        perform(tip, "call", licheng_clerk, {"said": f"{NAME}说属实"}, version=tip.version)
    assert "投诉人" in refused.value.fields["said"][0]


def test_remarks_file_names_and_what_follows_from_it_as_well(tip, desk_of, licheng_clerk, pdf):
    answer = desk_of(licheng_clerk).post(reverse("tip:comment", args=[tip.pk]), {"text": f"已联系{NAME}"})
    assert answer.status_code == 400
    assert not tip.comments.exists()
    with pytest.raises(Refused):
        upload_to(tip, pdf(f"{NAME}身份证.pdf"), "other", licheng_clerk)
    upload_to(tip, pdf("现场照片.pdf"), "other", licheng_clerk)
    with pytest.raises(Invalid):
        open_proceeding(
            "errand", licheng_clerk, {"title": "代查", "helper": "taji", "wish": f"向{NAME}核实"}, origin=tip
        )
    assert open_proceeding("errand", licheng_clerk, {"title": "代查", "helper": "taji", "wish": "核实"}, origin=tip)


def test_where_nobody_is_sealed_a_telephone_is_no_fault(licheng_clerk):
    body = {"title": "代为送达", "helper": "taji", "wish": "送达前电话13800131234联系"}
    assert open_proceeding("errand", licheng_clerk, body).record.pk


# --- handing over, the end ----------------------------------------------------------------------------


def test_it_goes_with_the_matter_and_the_timeline_says_so(tip, licheng_clerk, licheng, taji):
    done = perform(tip, "pass_on", licheng_clerk, {"to": "taji", "why": "属地"}, version=tip.version)
    assert [keeps(unit, tip.identity) for unit in (licheng, taji)] == [False, True]
    assert ["封存的身份信息", f"移交{taji.short_name}"] in done.event.details
    given = Custody.objects.get(until=None)
    assert (given.given_by, given.given_by_unit, given.why) == (licheng_clerk, licheng, "属地")


def test_the_years_run_from_the_closing_and_start_anew_when_it_is_taken_up_again(tip, licheng_clerk, at, settings):
    settings.SEALED_YEARS = 3
    perform(tip, "close", licheng_clerk, version=tip.version, now=at("2026-12-01 10:00"))
    tip.refresh_from_db()
    tip.identity.refresh_from_db()
    assert tip.identity.closed_at == tip.closed_at == at("2026-12-01 10:00")
    perform(tip, "again", licheng_clerk, version=tip.version, now=at("2026-12-02 10:00"))
    tip.identity.refresh_from_db()
    assert tip.identity.closed_at is None


def test_after_the_years_who_it_was_is_gone_and_what_happened_stays(tip, licheng_clerk, at, settings, capsys):
    settings.SEALED_YEARS = 3
    perform(tip, "close", licheng_clerk, version=tip.version, now=at("2020-01-01 10:00"))
    before = set(Event.objects.filter(proceeding=tip).values_list("pk", flat=True))
    call_command("erase_sealed_identities", dry_run=True)
    assert "1 due" in capsys.readouterr().out
    tasks.tidy()
    tip.identity.refresh_from_db()
    assert tip.identity.is_erased
    said = Event.objects.filter(proceeding=tip).exclude(pk__in=before).get()
    assert said.said == "保管期满，已清除封存的身份信息"
    assert before <= set(Event.objects.filter(proceeding=tip).values_list("pk", flat=True))
    call_command("erase_sealed_identities")
    assert "0 erased" in capsys.readouterr().out
