"""新建移送 as the officer meets it: what belongs together stands together, and who has it next is said."""

import pytest
from django.test import Client

from organizations.models import Officer
from proceedings.templatetags.fields import sections

pytestmark = pytest.mark.django_db


def client(officer):
    made = Client()
    made.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def shown(licheng_clerk):
    return client(licheng_clerk).get("/transfers/new/", follow=True)


def test_what_belongs_together_stands_in_one_row(shown):
    case, *_ = sections(shown.context["form"])
    rows = [tuple(b.name for b in row["bounds"]) for row in case["rows"]]
    assert ("party_kind", "party_name") in rows
    assert ("violation_found_at", "discovered_at") in rows
    assert ("place", "township") in rows


def test_materials_are_the_last_numbered_section_before_the_action(shown):
    text = shown.content.decode()
    number = shown.context["materials_number"]
    assert number == len(sections(shown.context["form"])) + 1
    assert f'<i class="jh-no">{number}</i>材料' in text
    assert text.index('id="materials"') < text.index('class="jh-bottom"')
    assert f'<a href="#materials">{number} 材料</a>' in text
    assert '<a href="#section-1">1 案件</a>' in text


def test_it_says_who_drafts_and_who_signs(shown, licheng_clerk, licheng_leader):
    assert f"草稿，由{licheng_clerk.name}经办，送{licheng_leader.name}签发" in shown.content.decode()


def test_a_leader_drafts_and_signs_himself(licheng_leader):
    shown = client(licheng_leader).get("/transfers/new/", follow=True)
    assert f"草稿，由{licheng_leader.name}经办并签发" in shown.content.decode()


def test_nobody_to_sign_is_no_name(licheng_clerk):
    own = Officer.objects.filter(unit=licheng_clerk.unit, groups__name="负责人")
    own.update(is_active=False)
    inner = Officer.objects.get(username="lichengzhifa_leader")
    assert f"送{inner.name}签发" in client(licheng_clerk).get("/transfers/new/", follow=True).content.decode()
    Officer.objects.filter(pk=inner.pk).update(is_active=False)
    shown = client(licheng_clerk).get("/transfers/new/", follow=True)
    assert f"草稿，由{licheng_clerk.name}经办，送负责人签发" in shown.content.decode()


def test_what_nobody_signs_is_no_draft(licheng_clerk):
    shown = client(licheng_clerk).get("/cases/new/", follow=True)
    assert shown.status_code == 200
    assert "草稿，由" not in shown.content.decode()
