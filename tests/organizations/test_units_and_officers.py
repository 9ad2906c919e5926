from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organizations import groups
from organizations.dates import SHANGHAI, today
from organizations.models import Delegation, DutyShift, LiaisonOfficer, Officer, Posting, Unit, UnitKind
from organizations.sample import load_organizations


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_acts_in_its_parents_name(county):
    body = county.unit("lichengzhifa")
    assert not body.is_legal_entity
    assert body.legal_entity.code == "licheng"
    assert county.officer("lichengzhifa_clerk").acting_unit.code == "licheng"


@pytest.mark.clause("M3.1.0")
def test_an_internal_body_with_a_legal_basis_acts_in_its_own_name(county):
    body = county.unit("lichengzhifa")
    body.transfer_basis = "《某条例》第五条"
    assert body.is_legal_entity
    assert body.legal_entity == body


@pytest.mark.clause("M2.3")
def test_a_stationed_body_stands_under_its_townships_command(county):
    body = county.unit("tajiziran")
    assert body.legal_entity.code == "taji"
    assert body.professional_parent.code == "ziran"


@pytest.mark.clause("M2.3")
def test_a_stationed_officer_may_choose_the_capacity(county):
    capacities = county.officer("tajiziran_clerk").capacities()
    assert [unit.code for unit in capacities] == ["taji", "ziran"]
    assert [unit.code for unit in county.officer("taji_clerk").capacities()] == ["taji"]
    assert county.officer("admin").capacities() == []
    assert county.officer("admin").acting_unit is None


@pytest.mark.clause("M2.3")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parent": None}, "parent"),
        ({"parent": "ziran"}, "parent"),
        ({"professional_parent": None}, "professional_parent"),
    ],
)
def test_a_stationed_body_needs_a_township_and_a_department(county, changes, field):
    body = county.unit("tajiziran")
    for name, code in changes.items():
        setattr(body, name, county.unit(code) if code else None)
    with pytest.raises(ValidationError) as refused:
        body.full_clean()
    assert field in refused.value.message_dict


def test_units_may_not_stand_in_a_circle(county):
    sifa = county.unit("sifa")
    fuban = county.unit("fuban")
    fuban.supervisor = sifa
    with pytest.raises(ValidationError, match="绕回了本单位"):
        fuban.full_clean()


def test_validity_is_half_open(county):
    unit = county.unit("licheng")
    unit.valid_until = date(2026, 6, 1)  # Monday
    unit.save()
    assert unit.is_valid(date(2026, 5, 31))
    assert not unit.is_valid(date(2026, 6, 1))
    assert unit in Unit.objects.active(date(2026, 5, 31))
    assert unit not in Unit.objects.active(date(2026, 6, 1))


@pytest.mark.django_db
def test_the_database_refuses_a_period_that_ends_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(code="x", name="x", short_name="x", kind=UnitKind.TOWN, valid_until=date(1999, 1, 1))


@pytest.mark.clause("M2.1")
def test_delegations_may_not_overlap(county):
    again = Delegation(
        power=county.power("CG-001"),
        township=county.unit("licheng"),
        valid_from=date(2026, 1, 5),  # Monday
        instrument="新文件",
    )
    with pytest.raises(ValidationError, match="时间重叠"):
        again.full_clean()
    again.township = county.unit("shuiwu")
    with pytest.raises(ValidationError, match="不是镇"):
        again.full_clean()


def test_groups_tell_clerks_from_leaders(county):
    clerk, leader = county.officer("licheng_clerk"), county.officer("licheng_leader")
    assert clerk.is_clerk
    assert not clerk.is_leader
    assert leader.is_leader
    assert not leader.is_clerk
    assert groups.LIAISON in clerk.group_names


@pytest.mark.django_db
def test_groups_are_there_after_migration_and_administrators_keep_this_app():
    by_name = groups.ensure_groups()
    assert set(by_name) == set(groups.ALL)
    codes = set(by_name[groups.ADMINISTRATOR].permissions.values_list("codename", flat=True))
    assert {"add_unit", "change_officer", "delete_delegation", "view_historicalpower"} <= codes
    assert "change_historicalpower" not in codes


def test_logging_in_writes_no_history_and_no_history_holds_a_password(county, client):
    officer = county.officer("licheng_clerk")
    before = officer.history.count()
    officer.last_login = timezone.now()
    officer.save(update_fields=["last_login"])
    assert officer.history.count() == before
    assert not {"password", "last_login"} & {field.name for field in Officer.history.model._meta.get_fields()}


@pytest.mark.clause("M3.4.4")
def test_every_township_and_department_of_the_sample_has_liaison_officers(county):
    for unit in Unit.objects.active().filter(on_platform=True).legal_entities():
        found = LiaisonOfficer.objects.active().filter(unit=unit)
        assert {liaison.is_deputy for liaison in found} == {True, False}, unit


@pytest.mark.clause("M3.4.4")
def test_a_liaison_officer_belongs_to_the_unit(county):
    stranger = LiaisonOfficer(unit=county.unit("licheng"), officer=county.officer("taji_clerk"))
    with pytest.raises(ValidationError, match="不是黎城街道的人员"):
        stranger.full_clean()


class TestServedHere:
    """Whether a unit is served on the platform or on paper: it works here, and there is somebody to read."""

    def served(self, code):
        """The three ways of asking, which answer alike: one unit, many units loaded at once, and as a filter."""
        (loaded,) = Unit.objects.with_service().filter(code=code)
        answers = {
            Unit.objects.get(code=code).served_here,
            loaded.__dict__["served_here"],
            Unit.objects.served_here().filter(code=code).exists(),
            not Unit.objects.served_on_paper().filter(code=code).exists(),
        }
        assert len(answers) == 1, answers
        return answers.pop()

    def test_a_unit_with_officers_is(self, county):
        assert self.served("shijian")

    def test_one_that_does_not_work_here_is_not(self, county):
        assert not self.served("yancao")
        Officer.objects.create(username="yancao_clerk", name="某某", unit=county.unit("yancao"))
        assert not self.served("yancao"), "its switch decides"

    def test_one_without_active_officers_is_not(self, county):
        Officer.objects.filter(unit__code="shijian").update(is_active=False)
        assert not self.served("shijian")

    def test_the_officers_of_its_internal_bodies_act_for_it(self, county):
        Officer.objects.filter(unit__code="licheng").update(is_active=False)
        assert self.served("licheng")
        Unit.objects.filter(code="lichengzhifa").update(transfer_basis="《某条例》第五条")
        assert not self.served("licheng"), "those of a body that acts in its own name do not"

    @pytest.mark.clause("M2.3")
    def test_an_officer_who_is_posted_to_it_acts_for_it_as_long_as_the_posting(self, county):
        Officer.objects.filter(unit__code="shijian").update(is_active=False)
        posting = Posting.objects.create(
            officer=county.officer("shuiwu_clerk"), unit=county.unit("shijian"), valid_from=today()
        )
        assert self.served("shijian")
        posting.valid_until = today()
        posting.valid_from = today() - timedelta(days=30)
        posting.save()
        assert not self.served("shijian"), "the posting has ended"

    @pytest.mark.clause("M2.3")
    def test_the_officers_of_a_body_that_it_has_stationed_act_for_it(self, county):
        Officer.objects.filter(unit__code="shijian").update(is_active=False)
        body = Unit.objects.create(
            code="lichengshijian", name="某派驻机构", short_name="某派驻机构", kind=UnitKind.STATIONED,
            parent=county.unit("licheng"), professional_parent=county.unit("shijian"),
        )  # fmt: skip
        Officer.objects.create(username="stationed_clerk", name="某某", unit=body)
        assert self.served("shijian")


def test_somebody_is_on_duty_at_night(county):
    tonight = datetime.now(SHANGHAI).replace(hour=23, minute=30)
    shifts = DutyShift.objects.at(tonight).filter(unit__code="licheng")
    assert len(shifts) == 1
    assert shifts[0].telephone
    assert not DutyShift.objects.at(tonight + timedelta(days=60)).exists()


def test_the_sample_has_its_cast_and_is_loaded_once(county, client):
    for code in Unit.objects.filter(on_platform=True).values_list("code", flat=True):
        for role in ("clerk", "leader"):
            officer = county.officer(f"{code}_{role}")
            assert officer.check_password("Jinhu-demo-2026")
            assert officer.unit.code == code
    assert county.officer("admin").is_superuser
    Unit.objects.filter(code="licheng").update(phone="改过的")
    again = load_organizations("Jinhu-demo-2026")
    assert set(again.created.values()) == {0}
    assert county.unit("licheng").phone == "改过的"
    assert county.unit("sifa").supervisor.code == "fuban"
    assert county.unit("fuban").supervisor is None
    assert county.unit("licheng").supervisor.code == "sifa"
