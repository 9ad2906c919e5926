"""One-time slips (一次性口令单): printed once, good for one log-in until a day, and then to be changed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import slips, tokens
from accounts.middleware import MUST_CHANGE
from accounts.models import Slip
from organizations import groups
from organizations.models import Officer

pytestmark = pytest.mark.django_db

SLIPS = "/admin/organizations/officer/slips/"
DEMO = "Jinhu-demo-2026"
OWN = "River-wheat-28-boat"


@pytest.fixture
def slip(licheng_clerk):
    """The clerk's slip as printed."""
    [printed] = slips.issue([licheng_clerk])
    licheng_clerk.refresh_from_db()
    return printed


def ask(browser, *officers):
    """The confirmation page's form, filled in as it stands."""
    page = browser.get(SLIPS, {"officers": ",".join(str(o.pk) for o in officers)})
    return {
        "nonce": re.search(r'name="nonce" value="([^"]+)"', page.text).group(1),
        "officer": re.findall(r'name="officer" value="(\d+)"', page.text),
    }


def passwords_on(page):
    return re.findall(r'<dd class="word">(\w{4}-\w{4}-\w{4})</dd>', page.text)


# --- printing ----------------------------------------------------------------------------------------------------------


def test_the_slip_has_all_that_its_officer_needs(admin_pages, licheng_clerk, settings):
    settings.SITE_URL = "http://zfxt.jinhu.local"
    shown = admin_pages.post(SLIPS, ask(admin_pages, licheng_clerk))
    [password] = passwords_on(shown)
    day = timezone.localdate() + timedelta(days=settings.ONE_TIME_PASSWORD_DAYS)
    for word in ("赵明", "金湖县黎城街道办事处", "licheng_clerk", "http://zfxt.jinhu.local", password,
                 f"{day.year}年{day.month}月{day.day}日 24时"):  # fmt: skip
        assert word in shown.text
    assert "no-store" in shown["Cache-Control"]


def test_several_officers_get_a_slip_a_page_and_each_another_password(
    admin_pages, licheng_clerk, shijian_clerk, taji_clerk
):
    chosen = admin_pages.post("/admin/organizations/officer/", {
        "action": "print_slips", "_selected_action": [licheng_clerk.pk, shijian_clerk.pk, taji_clerk.pk],
    })  # fmt: skip
    assert chosen.status_code == 302
    page = admin_pages.get(chosen["Location"])
    assert page.text.count('name="officer"') == 3
    shown = admin_pages.post(SLIPS, ask(admin_pages, licheng_clerk, shijian_clerk, taji_clerk))
    assert shown.text.count('class="jh-slip"') == 3
    assert len(set(passwords_on(shown))) == 3
    # Townships first, as in the list of units.
    names = re.findall(r'<dd class="word">(\w+_clerk)</dd>', shown.text)
    assert names == ["taji_clerk", "licheng_clerk", "shijian_clerk"]


def test_a_slip_is_shown_once(admin_pages, licheng_clerk):
    filled = ask(admin_pages, licheng_clerk)
    [password] = passwords_on(admin_pages.post(SLIPS, filled))
    again = admin_pages.post(SLIPS, filled, follow=True)
    assert "口令单只显示一次" in again.text
    assert password not in again.text
    licheng_clerk.refresh_from_db()
    assert licheng_clerk.check_password(password), "reloading the page makes no second password"


def test_the_password_is_nowhere_in_clear(admin_pages, licheng_clerk):
    [password] = passwords_on(admin_pages.post(SLIPS, ask(admin_pages, licheng_clerk)))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{password}%"])
            assert cursor.fetchone() == (0,), table
    assert all(password not in str(session.get_decoded()) for session in Session.objects.all())


def test_a_look_at_the_page_changes_nothing(admin_pages, licheng_clerk):
    ask(admin_pages, licheng_clerk)
    licheng_clerk.refresh_from_db()
    assert licheng_clerk.check_password(DEMO)
    assert not Slip.objects.exists()


def test_it_is_in_the_log_of_the_administration_and_the_officers_history(admin_pages, admin_officer, licheng_clerk):
    admin_pages.post(SLIPS, ask(admin_pages, licheng_clerk))
    entry = LogEntry.objects.get(object_id=str(licheng_clerk.pk))
    assert (entry.user, entry.change_message) == (admin_officer, "生成一次性口令单")
    assert licheng_clerk.history.latest().history_change_reason == "生成一次性口令单"


def test_whoever_is_not_to_get_one_gets_none(administrator, admin_officer, zhihui_clerk, licheng_clerk, taji_clerk):
    taji_clerk.is_active = False
    taji_clerk.save()
    sifa_clerk = Officer.objects.get(username="sifa_clerk")
    assert groups.SUPERVISOR in sifa_clerk.group_names
    filled = ask(administrator, admin_officer, zhihui_clerk, licheng_clerk, taji_clerk, sifa_clerk)
    assert filled["officer"] == [str(licheng_clerk.pk)]
    filled["officer"] += [str(o.pk) for o in (admin_officer, zhihui_clerk, taji_clerk, sifa_clerk)]
    shown = administrator.post(SLIPS, filled)
    assert len(passwords_on(shown)) == 1
    assert list(Slip.objects.values_list("officer", flat=True)) == [licheng_clerk.pk]


def test_it_is_the_administrators_business(client, licheng_clerk, licheng_leader):
    client.force_login(licheng_leader)
    assert client.get(SLIPS).status_code == 302
    licheng_leader.is_staff = True
    licheng_leader.save()
    assert client.get(SLIPS).status_code == 403
    assert client.post(SLIPS, {"officer": [licheng_clerk.pk], "nonce": "x"}).status_code == 403


def test_an_administrator_cannot_type_anybodys_password(administrator, licheng_clerk):
    page = administrator.get(f"/admin/organizations/officer/{licheng_clerk.pk}/change/").text
    assert "打印一次性口令单" in page
    assert 'type="password"' not in page
    assert licheng_clerk.password not in page
    answer = administrator.post(f"/admin/organizations/officer/{licheng_clerk.pk}/password/", {
        "usable_password": "true", "password1": OWN, "password2": OWN,
    })  # fmt: skip
    assert answer.status_code == 302
    licheng_clerk.refresh_from_db()
    assert licheng_clerk.check_password(DEMO)


def test_a_new_officer_leads_to_the_slip(admin_pages, licheng):
    clerk = str(
        next(
            pk
            for pk, name in admin_pages.get("/admin/organizations/officer/add/")
            .context["adminform"]
            .form.fields["groups"]
            .queryset.values_list("pk", "name")
            if name == "经办人"
        )
    )
    entries = {"username": "licheng_new", "name": "新来", "unit": licheng.pk, "post": "执法员", "groups": [clerk]}
    answer = admin_pages.post("/admin/organizations/officer/add/", entries, follow=True)
    officer = Officer.objects.get(username="licheng_new")
    assert not officer.has_usable_password()
    assert officer.is_clerk
    assert f'value="{officer.pk}"' in answer.text
    assert "没有口令" in answer.text


def test_an_administrator_gives_a_new_officer_what_he_may_give(administrator, licheng):
    offered = administrator.get("/admin/organizations/officer/add/").context["adminform"].form.fields["groups"].queryset
    assert groups.SUPERVISOR not in offered.values_list("name", flat=True)
    supervisor = groups.ensure_groups()[groups.SUPERVISOR]
    entries = {"username": "neu", "name": "新来", "unit": licheng.pk, "groups": [supervisor.pk]}
    assert administrator.post("/admin/organizations/officer/add/", entries).status_code == 200
    assert not Officer.objects.filter(username="neu").exists()


def test_an_import_of_officers_leads_to_their_slips(admin_pages):
    from tests.organizations.conftest import workbook

    file = workbook(
        人员=[
            ["用户名", "姓名", "单位代码", "组"],
            ["taji_neu", "新人甲", "taji", "经办人"],
            ["taji_neu2", "新人乙", "taji", ""],
        ]
    )
    file.name = "人员.xlsx"
    answer = admin_pages.post("/admin/organizations/unit/import/", {"file": file, "_import": "1"}, follow=True)
    assert "人员新增 2" in answer.text
    assert answer.redirect_chain[-1][0] == f"{SLIPS}?chosen=none"
    assert answer.text.count('name="officer"') == 2
    file = workbook(人员=[["用户名", "姓名"], ["taji_neu", "新人丙"]])
    file.name = "人员.xlsx"
    answer = admin_pages.post("/admin/organizations/unit/import/", {"file": file, "_import": "1"})
    assert answer["Location"] == "/admin/organizations/unit/", "nobody new, nothing to print"


@pytest.mark.parametrize(("state", "names"), [
    ("none", ["taji_clerk"]), ("waiting", ["licheng_clerk"]), ("spent", ["shijian_clerk"]),
])  # fmt: skip
def test_the_list_tells_who_still_needs_one(admin_pages, state, names, licheng_clerk, shijian_clerk, taji_clerk):
    taji_clerk.set_unusable_password()
    taji_clerk.save()
    slips.issue([licheng_clerk, shijian_clerk])
    Slip.objects.filter(officer=shijian_clerk).update(expires_at=timezone.now())
    shown = admin_pages.get("/admin/organizations/officer/", {"slip_state": state})
    assert [o.username for o in shown.context["cl"].result_list] == names
    others = admin_pages.get("/admin/organizations/officer/", {"slip_state": "own", "q": "_clerk"})
    assert not {o.username for o in others.context["cl"].result_list} & {"taji_clerk", "licheng_clerk", "shijian_clerk"}


# --- what a reset ends -------------------------------------------------------------------------------------------------


def test_the_former_password_sessions_and_tokens_end_with_it(licheng_clerk, log_in):
    old = log_in(licheng_clerk, DEMO).browser
    _, key = tokens.create(licheng_clerk, "取数", 30)
    slips.issue([licheng_clerk])
    assert old.get("/me/").status_code == 302
    assert log_in(licheng_clerk, DEMO).status_code == 200, "the log-in page again"
    assert not licheng_clerk.api_tokens.live().exists(), "nor does a token come back with the new password"
    answer = Client().get("/api/me/", headers={"Authorization": f"Token {key}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")
    assert "修改密码" in answer.json()["message"]


def test_a_locked_out_officer_is_let_in_by_the_slip(licheng_clerk, log_in, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = log_in(licheng_clerk, "wrong-word-1")
    assert last.status_code == 429
    [printed] = slips.issue([licheng_clerk])
    assert log_in(licheng_clerk, printed.password).status_code == 302


# --- the first log-in --------------------------------------------------------------------------------------------------


def test_until_the_password_is_changed_every_page_leads_to_the_change(slip, log_in, licheng_clerk):
    browser = log_in(licheng_clerk, slip.password).browser
    for path in ("/", "/transfers/", "/me/", "/handbook/", "/calendar/2026/"):
        answer = browser.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/password/"), path
    assert browser.post("/me/", {"phone": "139"})["Location"] == "/password/"
    assert browser.get("/transfers/", headers={"HX-Request": "true"})["HX-Redirect"] == "/password/"
    assert browser.get("/password/").status_code == 200
    assert browser.post("/logout/").status_code == 302


def test_who_is_switched_off_before_choosing_a_password_comes_to_the_log_in_page(slip, log_in, licheng_clerk):
    browser = log_in(licheng_clerk, slip.password).browser
    Officer.objects.filter(pk=licheng_clerk.pk).update(is_active=False)
    answer = browser.get("/transfers/", follow=True)
    assert answer.redirect_chain == [("/login/?next=/transfers/", 302)]


def test_rest_is_refused_until_then_in_clear_words(slip, log_in, licheng_clerk):
    browser = log_in(licheng_clerk, slip.password).browser
    answer = browser.get("/api/me/")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")


def test_an_administrator_with_a_slip_is_led_there_from_the_administration(zhihui_clerk, administrator, log_in):
    [printed] = slips.issue([zhihui_clerk])
    browser = log_in(zhihui_clerk, printed.password).browser
    assert browser.get("/admin/")["Location"] == "/password/?next=%2Fadmin%2F"


def test_the_new_password_opens_everything_and_leads_to_where_one_was_going(slip, log_in, licheng_clerk):
    browser = log_in(licheng_clerk, slip.password, next="/transfers/").browser
    page = browser.get("/transfers/", follow=True)
    assert "先设置自己的密码" in page.text
    answer = browser.post("/password/", {"new_password1": OWN, "new_password2": OWN, "next": "/transfers/"})
    assert answer["Location"] == "/transfers/"
    assert browser.get("/transfers/").status_code == 200
    assert MUST_CHANGE not in browser.session
    assert not Slip.objects.exists()
    assert log_in(licheng_clerk, OWN).status_code == 302
    assert log_in(licheng_clerk, slip.password).status_code == 200


def test_the_way_on_never_leads_to_another_site(slip, log_in, licheng_clerk):
    browser = log_in(licheng_clerk, slip.password).browser
    entries = {"new_password1": OWN, "new_password2": OWN, "next": "https://evil.example/"}
    assert browser.post("/password/", entries)["Location"] == "/"


@pytest.mark.parametrize("word", ["short-1A", "licheng_clerk", "the slip's"])
def test_a_weak_password_or_the_slips_own_is_refused(slip, log_in, licheng_clerk, word):
    browser = log_in(licheng_clerk, slip.password).browser
    new = slip.password if word == "the slip's" else word
    answer = browser.post("/password/", {"new_password1": new, "new_password2": new})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"new_password1"}
    assert "This password" not in answer.text
    assert browser.get("/me/").status_code == 302


def test_it_works_once(slip, log_in, licheng_clerk):
    assert log_in(licheng_clerk, slip.password).status_code == 302
    again = log_in(licheng_clerk, slip.password)
    assert again.status_code == 200
    assert "这张口令单已经用过" in again.text


def test_of_two_log_ins_at_once_one_gets_in(slip, licheng_clerk):
    known = slips.slip_of(licheng_clerk)
    assert [slips.use(known), slips.use(known)] == [True, False]


def test_it_works_until_the_day_named_on_it(slip, log_in, licheng_clerk):
    last = slip.expires_at - timedelta(seconds=1)
    assert timezone.localtime(slip.expires_at).strftime("%H:%M") == "00:00"
    with time_machine.travel(slip.expires_at, tick=False):
        late = log_in(licheng_clerk, slip.password)
        assert late.status_code == 200
        assert "已过有效期" in late.text
    with time_machine.travel(last, tick=False):
        assert log_in(licheng_clerk, slip.password).status_code == 302


def test_a_spent_slip_says_so_only_to_whoever_has_it(slip, log_in, licheng_clerk):
    Slip.objects.update(used_at=timezone.now())
    wrong = log_in(licheng_clerk, "something-else-1")
    assert "口令单" not in wrong.text.split("<form")[1].split("忘记密码")[0]
    assert "用户名或密码不对" in wrong.text


def test_no_token_for_a_one_time_password_and_it_is_not_used_up_by_asking(slip, client, log_in, licheng_clerk):
    given = {"username": "licheng_clerk", "password": slip.password}
    answer = client.post("/api/auth/token/", given, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_required")
    assert log_in(licheng_clerk, slip.password).status_code == 302
    used = client.post("/api/auth/token/", given, content_type="application/json")
    assert (used.status_code, used.json()["message"]) == (403, slips.SPENT["used"])


def test_a_new_slip_makes_the_earlier_one_void(slip, log_in, licheng_clerk):
    [second] = slips.issue([licheng_clerk])
    assert log_in(licheng_clerk, slip.password).status_code == 200
    assert log_in(licheng_clerk, second.password).status_code == 302


def test_a_password_set_at_the_terminal_ends_the_slip_and_the_tokens(slip, log_in, licheng_clerk, monkeypatch):
    """Or the officer, with a password of his own, would be told that his slip has run out."""
    tokens.create(licheng_clerk, "取数", 30)
    monkeypatch.setattr("getpass.getpass", lambda prompt: OWN)
    call_command("changepassword", "licheng_clerk")
    assert not Slip.objects.exists()
    assert not licheng_clerk.api_tokens.live().exists()
    with time_machine.travel(slip.expires_at, tick=False):
        browser = log_in(licheng_clerk, OWN).browser
        assert browser.get("/transfers/").status_code == 200, "nothing is to be changed first"


def test_a_hash_that_is_only_renewed_at_the_log_in_ends_nothing(slip, log_in, licheng_clerk):
    assert log_in(licheng_clerk, slip.password).status_code == 302
    licheng_clerk.refresh_from_db()
    assert not licheng_clerk.password.startswith("pbkdf2_sha256_slip")
    assert Slip.objects.get().used_at is not None


# --- from the server's terminal ----------------------------------------------------------------------------------------


def test_the_way_back_for_an_only_administrator(admin_officer, log_in, capsys):
    call_command("one_time_password", "admin")
    password = re.search(r"\w{4}-\w{4}-\w{4}", capsys.readouterr().out).group()
    answer = log_in(admin_officer, password)
    assert answer.browser.get("/admin/")["Location"].startswith("/password/")
    with pytest.raises(CommandError, match="没有用户名为"):
        call_command("one_time_password", "nobody")
