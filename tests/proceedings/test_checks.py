"""System checks: each rule of a declaration broken once. `check` refuses it at start, not the first officer."""

import pytest
from django.core.checks import run_checks

from proceedings import checks, registry
from proceedings.declare import LetterKind, On, Period, Prepare, Procedure, Role, State, Step
from proceedings.listing.filters import Flag
from tests.made_up.models import Errand
from tests.made_up.procedures import AskForm, CallForm, ErrandProcedure, MeetingProcedure, TipForm, ask

pytestmark = pytest.mark.django_db
ASK, ANSWER = "made_up.ask_errand", "made_up.answer_errand"


class Sound(Procedure):
    """Without a code it is not registered: nothing else sees it."""

    model = Errand
    shown = ("wish", "case.place")
    columns = ("title", "wish", "place", "due")
    filters = (Flag("local", "本地", path="case__township"),)
    searched = ("wish", "case__place")
    permissions = {"ask_errand": ("托办", "经办人"), "answer_errand": ("答复托办", "经办人", "负责人")}

    asker, helper = Role("委托单位"), Role("受托单位")
    asked = State("已托办", holder="helper")
    answered = State("已答复", holder="asker", turns=("asker", "helper"))
    done = State("已办结", final=True)
    answering = Period("答复", "cooperation_answer", on="helper")
    closing = Period("自动办结", "close_after_report", on="asker", automatic="close")
    reply_letter = LetterKind("复函", "复", None, by="helper", to="asker")

    open = Step("托办", (), "asked", creates=True, permission=ASK, form=AskForm, effect=ask,
                starts=("cooperation_answer",), tells=("helper",))  # fmt: skip
    answer = Step("答复", ("asked",), "answered", by="helper", permission=ANSWER, letter="reply_letter", signed=True,
                  prepare_permission=ANSWER, stops=("cooperation_answer",), starts=("close_after_report",))  # fmt: skip
    close = Step("办结", ("answered",), "done", by=("asker", "system"), permission=ASK, stops=("close_after_report",))

    reacts = (On("transfer", "accept", None),)


def found(**changes):
    """{check id: sentence} of the sound declaration with `changes`."""
    return dict(checks.problems(type("Broken", (Sound,), changes)))


def opening(**changes):
    return Step("托办", (), **{"to": "asked", "creates": True, "permission": ASK, "form": AskForm, **changes})


def answering(**changes):
    return Step(
        "答复", **{"from_states": ("asked",), "to": "answered", "by": "helper", "permission": ANSWER, **changes}
    )


BROKEN = [
    # roles
    ("E001", "answer names the unknown role 'helpers'", {"answer": answering(by="helpers")}),
    ("E001", "answer names the unknown role 'both'", {"answer": answering(by=("helper", "both"))}),
    ("E001", "answer tells the unknown role 'askers'", {"answer": answering(tells=("askers",))}),
    ("E001", "answer tells the unknown role 'holder'", {"answer": answering(tells=("holder",))}),
    ("E001", "state asked names the unknown role", {"asked": State("已托办", holder="nobody")}),
    ("E001", "state asked names the unknown role", {"asked": State("已托办", holder="helper", turns=("nobody",))}),
    ("E001", "runs on the unknown role 'helpers'", {"answering": Period("答复", "cooperation_answer", on="helpers")}),
    ("E001", "letter reply_letter is issued by the unknown role",
     {"reply_letter": LetterKind("复函", "复", None, by="system", to="asker")}),
    ("E001", "letter reply_letter goes to the unknown role",
     {"reply_letter": LetterKind("复函", "复", None, by="helper", to="actor")}),
    # states
    ("E002", "state asked is open and nobody holds it", {"asked": State("已托办")}),
    ("E003", "no step opens it", {"open": Step("托办", ("answered",), "asked", by="asker", permission=ASK)}),
    ("E003", "its usual opening step 'begin' is none", {"opening": "begin"}),
    ("E003", "its usual opening step 'close' is none", {"opening": "close"}),
    ("E004", "answer names the unknown state 'asking'", {"answer": answering(from_states=("asking",))}),
    ("E004", "answer names the unknown state 'replied'", {"answer": answering(to="replied")}),
    ("E004", "opening step open leads to no state", {"open": opening(to=None)}),
    ("E004", "answer can be taken in no state", {"answer": answering(from_states=())}),
    ("E005", "state lost cannot be reached", {"lost": State("失联", holder="asker")}),
    ("E005", "state done cannot be reached", {"close": Step("办结", ("answered",), by="asker", permission=ASK)}),
    # periods
    ("E006", "answer names the unknown period 'reply'", {"answer": answering(stops=("reply",))}),
    ("E006", "answer names the unknown period 'reply'", {"answer": answering(cancels=("reply",))}),
    ("E006", "open names the unknown period 'reply'", {"open": opening(starts=("reply",))}),
    ("E007", "performs the unknown step 'end'",
     {"closing": Period("自动办结", "close_after_report", on="asker", automatic="end")}),
    ("E007", "performs 'answer', which is not the system's",
     {"closing": Period("自动办结", "close_after_report", on="asker", automatic="answer")}),
    ("E008", "names the unknown limit 'some_day'", {"later": Period("以后", "some_day", on="asker")}),
    ("E014", "has the limit 'cooperation_answer' of another period",
     {"again": Period("再答复", "cooperation_answer", on="asker")}),
    # letters and signatures
    ("E009", "answer issues the unknown letter 'reply'", {"answer": answering(letter="reply")}),
    ("E010", "prepares or returns 'close', which is no signed step",
     {"draft_close": Prepare("close", "送签", ("answered",), by="asker", permission=ASK)}),
    ("E010", "prepares or returns 'nothing', which is no signed step",
     {"draft_nothing": Prepare("nothing", "送签", ("answered",), by="asker", permission=ASK)}),
    # permissions
    ("E011", "answer says nobody may take it", {"answer": answering(by="")}),
    ("E012", "answer asks for the undeclared permission", {"answer": answering(permission="made_up.answer")}),
    ("E012", "answer asks for the undeclared permission",
     {"answer": answering(signed=True, prepare_permission="referrals.draft_transfer")}),
    ("E012", "answer asks for no permission", {"answer": answering(permission="")}),
    ("E012", "open asks for no permission", {"open": opening(permission="")}),
    ("E015", "given to the unknown group '经办员'", {"permissions": {**Sound.permissions, "x": ("某事", "经办员")}}),
    # reactions, and what is shown
    ("E013", "reacts to the unknown procedure 'transfers'", {"reacts": (On("transfers", "accept", None),)}),
    ("E013", "reacts to the unknown step transfer.take", {"reacts": (On("transfer", ("accept", "take"), None),)}),
    ("E013", "reacts to transfer in the unknown way 'file'", {"reacts": (On("transfer", "accept", None, via="file"),)}),
    ("E016", "shows the unknown field 'wishes'", {"shown": ("wishes",)}),
    ("E016", "shows the unknown field 'case.colour'", {"shown": ("wish", "case.colour")}),
    ("E016", "shows the unknown field 'wish.place'", {"shown": ("wish.place",)}),
    ("E016", "shows the property 'child', which has no label", {"shown": ("child",)}),
    # letters on their way
    ("E004", "answer names the unknown state 'posted'", {"answer": answering(until_delivered="posted")}),
    ("E009", "answer waits for the delivery of a letter that it does not issue",
     {"answer": answering(until_delivered="asked")}),
    # lists
    ("E017", "lists the unknown column 'colour'", {"columns": ("title", "colour")}),
    ("E018", "filters by 'wish', which is no filter", {"filters": ("wish",)}),
    ("E018", "has two filters 'state'", {"filters": (Flag("state", "状态", path="wish"),)}),
    ("E018", "has two filters 'wish'", {"filters": (Flag("wish", "甲"), Flag("wish", "乙"))}),
    ("E018", "filter red asks the unknown field 'case__colour'", {"filters": (Flag("red", "红", path="case__colour"),)}),
    ("E018", "looks for text in the unknown field 'case__colour'", {"searched": ("wish", "case__colour")}),
    # sealed identities
    ("E019", "its sealed identity 'identity' is no key to one", {"sealed_identity": "identity"}),
    ("E019", "its sealed identity 'wish' is no key to one", {"sealed_identity": "wish"}),
    ("E019", "open has sealed entries, and there is no identity", {"open": opening(form=TipForm)}),
    ("E022", "bars the unit of the unknown field 'accused'", {"bars": "accused"}),
    ("E021", "letter note is addressed to a sealed person whom its procedure does not have",
     {"note": LetterKind("函", "函", None, by="helper", to_sealed=True)}),
    ("E020", "answer is prepared and signed, and has sealed entries", {"answer": answering(form=CallForm, signed=True)}),
]  # fmt: skip


def test_the_sound_declaration_has_no_problem():
    assert found() == {}


@pytest.mark.parametrize(("code", "sentence", "changes"), BROKEN)
def test_a_broken_rule_is_found(code, sentence, changes):
    problems = found(**changes)
    assert code in problems, problems
    assert any(sentence in said for said in problems.values()), problems


def test_every_check_that_the_engine_has_is_broken_here():
    import re
    from pathlib import Path

    known = set(re.findall(r'"(E\d{3})"', Path(checks.__file__).read_text()))
    assert known == {code for code, _, _ in BROKEN}


def test_the_declarations_of_the_house_are_sound():
    assert [error for error in run_checks() if error.id.startswith("proceedings.")] == []


def test_check_refuses_a_registered_declaration(monkeypatch):
    """Through Django's own door: what `manage.py check` runs at every start."""
    monkeypatch.setattr(registry, "_procedures", dict(registry._procedures))
    broken = type("BrokenProcedure", (Sound,), {"code": "broken", "answer": answering(by="helpers")})
    [error] = [error for error in run_checks() if error.id.startswith("proceedings.")]
    assert (error.id, error.obj) == ("proceedings.E001", broken)


def test_two_procedures_cannot_share_a_code():
    with pytest.raises(ValueError, match="two procedures call themselves 'errand'"):
        type("OtherProcedure", (Sound,), {"code": "errand"})
    assert registry.procedure_for("errand") is ErrandProcedure
    assert MeetingProcedure in registry.all_procedures()


def test_check_works_before_the_first_migrate(monkeypatch):
    """No table of limits to ask yet: the table in code decides."""
    from workdays import limits

    def no_database(*args, **kwargs):
        raise RuntimeError("no such table")

    monkeypatch.setattr(limits, "get_limit", no_database)
    assert found() == {}
    assert "E008" in found(later=Period("以后", "some_day", on="asker"))
