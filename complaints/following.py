"""Declared apart from the complaint's own course: how it goes on at another unit, what stands beside its course, and how
it answers to its transfers, its case and the complaints that it is linked with (M3.2.1–M3.2.3)."""

from proceedings.declare import On, Role, Step

from . import forms, linked, services

HANDLE = "complaints.handle_complaint"
OPEN = ("registered", "checking", "referred", "in_case", "result")
BEFORE_RESULT = OPEN[:-1]


class Following:
    """Steps of ComplaintProcedure."""

    referrer = Role("移送单位", box="out")

    take_over = Step(
        "转来投诉举报", (), "registered", creates=True, follows=True, effect=services.take_over,
        starts=(services.FIRST,), tells=("handler",), clause="M3.2.2",
    )  # fmt: skip
    take_on = Step(
        "随移送接办", (), "in_case", creates=True, follows=True, effect=linked.take_on, clause="M3.2.1",
    )  # fmt: skip
    tell_progress = Step(
        "告知投诉人进展", BEFORE_RESULT, by="handler", permission=HANDLE, form=forms.TellProgressForm, aside=True,
        when=services.is_answered, effect=services.tell_progress, verb="告知进展", key=False, clause="M3.2.0",
    )  # fmt: skip
    note_contact = Step(
        "投诉人再次反映", OPEN, by="handler", permission=HANDLE, form=forms.ContactForm, aside=True,
        effect=services.note_contact, verb="记录", key=False, rare=True, clause="M3.2.0",
    )  # fmt: skip
    give_guidance = Step(
        "业务指导意见", OPEN, by="notifier", permission=HANDLE, form=forms.GuidanceForm, aside=True, tells=("handler",),
        effect=services.give_guidance, verb="业务指导意见", clause="M3.2.2",
    )  # fmt: skip

    sign_for_materials = Step(
        "签收移交的材料", OPEN, by="handler", permission=HANDLE, aside=True, when=lambda c: c.materials_to_sign_for > 0,
        effect=services.sign_for_materials, verb="签收材料", key=False, clause="M3.2.2",
    )  # fmt: skip

    reacts = (
        On("case", ("conclude", "not_file"), linked.case_ended, via="about", to=("result", "closed")),
        On("transfer", ("issue", "reroute"), linked.not_sent_to_the_accused, via="about"),
        On("transfer", "accept", linked.handed_on, via="about", to=("result", "closed", "in_case")),
        On("transfer", "report", linked.reported_on_paper, via="about", to=("result", "closed")),
        On("transfer", ("refuse", "withdraw"), linked.back_in_checking, via="about", to=("checking",)),
        On("transfer", "reroute", linked.sent_elsewhere, via="about", to=("referred",)),
        On("transfer", "take_back", linked.taken_back, via="about", to=("in_case",)),
        On("complaint", "return_notice", services.notice_returned, via="origin", to=("checking",)),
        On("complaint", "sign_for_materials", services.materials_signed_for, via="origin"),
        On("complaint", "withdraw", services.withdrawn_elsewhere, via="origin", to=("closed",)),
        On("complaint", "withdraw", services.withdrawn_elsewhere, via="opened", to=("closed",)),
        On("complaint", "give_guidance", services.guidance_given, via="origin"),
        On("complaint", "feed_back", services.was_fed_back, via="origin", to=("closed",)),
    )
