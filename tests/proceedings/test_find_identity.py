"""按电话查找: matters of one's own unit by a sealed telephone; the number is posted, never kept and never repeated."""

import logging

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from jinhu_enforcement.logs import JsonFormatter
from proceedings.perform import open_proceeding, perform

from .test_sealed import PHONE, TIP, dump

pytestmark = pytest.mark.django_db


@pytest.fixture
def tip(licheng_clerk):
    return open_proceeding("tip", licheng_clerk, dict(TIP)).record


def find(desk, number):
    return desk.post(reverse("tip:find_identity"), {"phone": number})


@pytest.mark.parametrize("written", [PHONE, "138 0013 1234", "+86-13800131234"])
def test_it_is_found_however_it_is_written(tip, desk_of, licheng_clerk, written):
    answer = find(desk_of(licheng_clerk), written)
    assert tip.get_absolute_url() in answer.text
    assert "138****1234" in answer.text
    assert written not in answer.text


def test_the_list_leads_there(tip, desk_of, licheng_clerk):
    assert desk_of(licheng_clerk).get("/tips/").text.count('href="identity/"') == 1
    assert 'href="identity/"' not in desk_of(licheng_clerk).get("/errands/").text
    assert desk_of(licheng_clerk).get("/tips/identity/").status_code == 200


def test_another_number_finds_nothing_and_half_a_number_is_refused(tip, desk_of, licheng_clerk):
    assert "没有这个电话的事项" in find(desk_of(licheng_clerk), "13800131235").text
    for half in ("", "1380013"[:6], "张晓梅"):
        assert find(desk_of(licheng_clerk), half).status_code == 400


def test_a_stranger_finds_nothing_and_whoever_handed_it_over_neither(tip, desk_of, licheng_clerk, taji_clerk, stranger):
    assert tip.get_absolute_url() not in find(desk_of(stranger), PHONE).text
    perform(tip, "pass_on", licheng_clerk, {"to": "taji", "why": "属地"}, version=tip.version)
    assert tip.get_absolute_url() not in find(desk_of(licheng_clerk), PHONE).text
    assert tip.get_absolute_url() in find(desk_of(taji_clerk), PHONE).text


def test_it_needs_a_unit_and_the_permission(tip, desk_of, licheng_clerk, admin_officer):
    assert find(desk_of(admin_officer), PHONE).status_code == 404
    Permission.objects.get(codename="reveal_identity").group_set.clear()
    assert find(desk_of(licheng_clerk), PHONE).status_code == 404


def test_the_number_that_was_looked_for_is_kept_nowhere(desk_of, licheng_clerk, caplog):
    caplog.set_level(logging.DEBUG)
    find(desk_of(licheng_clerk), "13911112222")
    assert not [row for row in dump() if "13911112222" in row]
    assert "13911112222" not in "\n".join(
        JsonFormatter().format(r) for r in caplog.records if r.name.startswith("jinhu")
    )
