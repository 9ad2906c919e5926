"""信息共享 (M3.3): items of information, and figures that are asked for."""

from organizations.models import Power, Unit
from proceedings.declare import EndWithCase, On, Period, Procedure, Role, State, Step
from proceedings.listing.filters import Choices, Codes
from workdays.words import stamp

from . import by_itself, forms, learning, learning_forms, request_forms, requests, rest, rules, services
from .filters import Late, Unread
from .models import Category, DataRequest, Information, Question, Training

SHARE, WITHDRAW = "infosharing.share_information", "infosharing.withdraw_information"
ASK, ANSWER = "infosharing.ask_data", "infosharing.answer_data"
TRAIN, ATTEND = "infosharing.hold_training", "infosharing.attend_training"
QUESTION, REPLY = "infosharing.ask_question", "infosharing.answer_question"
PERIODS = (services.SAME_DAY, services.EXTENDED)


class InformationProcedure(Procedure):
    """共享信息, M3.3.0–M3.3.9."""

    code, name, slug, model, clause = "information", "共享信息", "information", Information, "M3.3"
    icon, thing = "share", "信息"
    seen_said = "查阅信息"
    opening_label = "起草"
    shown = (
        "category", "content", "power", "township", "formed_at", "published_at", "extension_reason", "corrected_at",
        "withdrawn_reason",
    )  # fmt: skip
    columns = ("title", "category", "opened_by_unit", "state", "published_at")
    filters = (
        Choices("category", "类别", Category.choices), Unread("unread", "本单位未查阅"), Late("share_late", "逾期共享"),
        Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"),
        Codes("township", "涉及的镇（街道）", Unit.objects.townships()),
    )  # fmt: skip
    searched = ("content",)
    permissions = {
        "share_information": ("起草和发布共享信息", "经办人", "负责人"),
        "withdraw_information": ("撤回共享信息", "负责人"),
        "maintain_power": ("维护权责事项的依据、基准和流程", "经办人", "负责人"),
    }
    material_kinds = {"attachment": "附件", "other": "其他"}
    templates = {"detail": "infosharing/information.html"}
    pages = (
        ("information_feed", "新到信息", "subscriptions"),
        ("powers", "权责事项", "power", "power_edit", "power_gaps"),
    )

    publisher = Role("发布单位", box="out")
    reader = Role("收到的单位", box="in", many=True)

    draft = State("起草", holder="publisher", waiting="发布")
    published = State("已发布", final=True)
    withdrawn = State("已撤回", final=True, track=False)

    same_day = Period(
        "当日共享", services.SAME_DAY, on="publisher", clause="M3.3.9", runs_from=services.formed,
        binds=services.binds_departments, applies=services.not_extended,
    )  # fmt: skip
    extended = Period(
        "延期共享", services.EXTENDED, on="publisher", clause="M3.3.9", runs_from=services.formed,
        binds=services.binds_departments,
    )  # fmt: skip

    open = Step(
        "起草共享信息", (), "draft", creates=True, permission=SHARE, form=forms.InformationForm, effect=services.draft,
        starts=(services.SAME_DAY,), said="起草共享信息", verb="起草", clause="M3.3.0",
    )  # fmt: skip
    share = Step(
        "平台自动共享", (), "published", creates=True, by="system", form=forms.ByItselfForm, effect=services.share,
        tells=("reader",), telling=services.telling, clause="M3.3.0",
    )  # fmt: skip
    reach = Step(
        "补充共享", ("published",), by="system", effect=services.reach, aside=True, key=False, clause="M2.2",
    )  # fmt: skip
    publish = Step(
        "发布", ("draft",), "published", by="publisher", permission=SHARE, requires=(rules.somebody_is_told,),
        effect=services.publish, stops=PERIODS, tells=("reader",), telling=services.telling, verb="发布", clause="M3.3.9",
        consequence="发布后收到的单位即可看到；内容有误的，可以更正或者由负责人撤回，记录保留。",
    )  # fmt: skip
    revise = Step(
        "修改草稿", ("draft",), by="publisher", permission=SHARE, form=forms.ReviseForm, effect=services.revise,
        said="修改草稿", key=False, inner=True,
    )  # fmt: skip
    extend = Step(
        "延期共享", ("draft",), by="publisher", permission=SHARE, form=forms.ExtendForm, when=services.not_extended,
        requires=(rules.same_day_not_over,), effect=services.extend, cancels=(services.SAME_DAY,),
        starts=(services.EXTENDED,), said="延期共享", clause="M3.3.9",
    )  # fmt: skip
    remind = Step(
        "提醒查阅", ("published",), by="publisher", permission=SHARE, effect=services.remind, aside=True, key=False,
        clause="M3.3.0",
    )  # fmt: skip
    correct = Step(
        "更正", ("published",), by="publisher", permission=SHARE, form=forms.CorrectForm, effect=services.correct,
        tells=("reader",), said="更正内容", rare=True, clause="M3.3.0",
    )  # fmt: skip
    widen = Step(
        "扩大共享范围", ("published",), by="publisher", permission=SHARE, form=forms.WidenForm, effect=services.widen,
        rare=True, clause="M3.3.0",
    )  # fmt: skip
    withdraw = Step(
        "撤回", ("draft", "published"), "withdrawn", by="publisher", permission=WITHDRAW, form=forms.ReasonForm,
        effect=services.withdraw, tells=("reader",), said="撤回", rare=True, clause="M3.3.0",
        consequence="撤回后内容不再有效，收到的单位仍看得到已撤回的记录和理由。",
    )  # fmt: skip
    end_concluded = EndWithCase("withdrawn", ("draft",), permission=SHARE)

    reacts = (
        On("case", "decide", by_itself.decided, via=""),
        On("case", "record_execution", by_itself.executed, via=""),
        On("complaint", ("accept", "refuse_intake"), by_itself.taken_in, via=""),
        On("complaint", ("refuse_intake", "reply_no_violation", "conclude"), by_itself.ended, via=""),
        On("case", ("conclude", "not_file"), by_itself.case_ended, via=""),
        On("transfer", "accept", by_itself.handed_on, via=""),
    )

    represents = rest.INFORMATION
    represented = classmethod(lambda cls, record, request: rest.information(record, request))

    @classmethod
    def summary(cls, record):
        return f"{record.get_category_display()} · {record.opened_by_unit.short_name}"

    @classmethod
    def hints(cls, record, officer):
        return services.hints(record, officer)


class DataRequestProcedure(Procedure):
    """数据请求, M3.3.3 and M3.3.4."""

    code, name, slug, model, clause = "data_request", "数据请求", "data-requests", DataRequest, "M3.3.4"
    icon, thing = "table", "数据"
    shown = ("wanted", "purpose", "due_on")
    columns = ("title", "number", "opened_by_unit", "state", "due")
    searched = ("wanted",)
    permissions = {
        "ask_data": ("请其他单位报送数据", "经办人", "负责人"),
        "answer_data": ("报送数据", "经办人", "负责人"),
    }
    material_kinds = {"answer": "报送的材料", "reference": "参考材料", "other": "其他"}
    templates = {"detail": "infosharing/data_request.html"}

    asker = Role("请求单位", box="out")
    answerer = Role("报送单位", box="in", many=True)

    asked = State("报送中", holder="asker", turns=("answerer",), waiting="报送数据")
    answered = State("已报齐", holder="asker", waiting="汇总并结束报送")
    closed = State("已结束", final=True)
    cancelled = State("已取消", final=True, track=False)

    answering = Period("报送数据", requests.ANSWER, on="answerer", clause="M3.3.4", amount=requests.days_until)

    open = Step(
        "请求数据", (), "asked", creates=True, permission=ASK, form=request_forms.RequestForm, effect=requests.ask,
        starts=(requests.ANSWER,), tells=("answerer",), verb="请求", clause="M3.3.4",
    )  # fmt: skip
    answer = Step(
        "报送", ("asked",), "answered", by="answerer", permission=ANSWER, form=request_forms.AnswerForm, each_party=True,
        effect=requests.answer_and_see, stops=(requests.ANSWER,), tells=("asker",), verb="报送", clause="M3.3.4",
    )  # fmt: skip
    amend = Step(
        "更正报送", ("asked", "answered"), by="answerer", permission=ANSWER, form=request_forms.AnswerForm, aside=True,
        for_unit=requests.has_answered, effect=requests.amend, tells=("asker",), rare=True, clause="M3.3.4",
    )  # fmt: skip
    remind = Step(
        "催报", ("asked",), by="asker", permission=ASK, effect=requests.remind, aside=True, key=False, clause="M3.3.4"
    )
    postpone = Step(
        "延后报送日", ("asked",), by="asker", permission=ASK, form=request_forms.PostponeForm, effect=requests.postpone,
        tells=("answerer",), said="延后报送日", rare=True, clause="M3.3.4",
    )  # fmt: skip
    close = Step(
        "结束报送", ("asked", "answered"), "closed", by="asker", permission=ASK, effect=requests.close,
        tells=("answerer",), verb="结束", clause="M3.3.4", consequence="结束后各单位不能再报送和更正。",
    )  # fmt: skip
    cancel = Step(
        "取消请求", ("asked",), "cancelled", by="asker", permission=ASK, form=forms.ReasonForm, tells=("answerer",),
        said="取消数据请求", rare=True, clause="M3.3.4",
    )  # fmt: skip

    represents = rest.DATA_REQUEST
    represented = classmethod(lambda cls, record, request: rest.data_request(record, request))

    @classmethod
    def summary(cls, record):
        day = record.due_on
        return f"{record.opened_by_unit.short_name} · 最迟{day.month}月{day.day}日报送"


class TrainingProcedure(Procedure):
    """业务培训, M2.2."""

    code, name, slug, model, clause = "training", "业务培训", "trainings", Training, "M3.3.5"
    icon, thing = "school", "培训"
    shown = ("power", "content", "begins_at", "place", "trainer", "outcome")
    columns = ("title", "begins_at", "opened_by_unit", "state")
    searched = ("content", "trainer")
    permissions = {
        "hold_training": ("组织业务培训", "经办人", "负责人"),
        "attend_training": ("报名参加业务培训", "经办人", "负责人"),
    }
    material_kinds = {"courseware": "课件", "attendance": "签到表", "other": "其他"}
    templates = {"detail": "infosharing/training.html"}

    organizer = Role("组织单位", box="out")
    invitee = Role("受邀单位", box="in", many=True)

    announced = State("已通知", holder="organizer", turns=("invitee",), waiting="报名")
    held = State("已举办", final=True)
    cancelled = State("已取消", final=True, track=False)

    open = Step(
        "发布培训通知", (), "announced", creates=True, permission=TRAIN, form=learning_forms.TrainingForm,
        effect=learning.announce, tells=("invitee",), verb="发布", clause="M2.2",
    )  # fmt: skip
    enrol = Step(
        "报名", ("announced",), by="invitee", permission=ATTEND, form=learning_forms.EnrolForm, each_party=True,
        effect=learning.enrol, tells=("organizer",), verb="报名", clause="M2.2",
    )  # fmt: skip
    change_enrolment = Step(
        "更改报名", ("announced",), by="invitee", permission=ATTEND, form=learning_forms.EnrolForm, aside=True,
        for_unit=learning.has_enrolled, effect=learning.enrol, tells=("organizer",), rare=True, clause="M2.2",
    )  # fmt: skip
    hold = Step(
        "记录培训情况", ("announced",), "held", by="organizer", permission=TRAIN, form=learning_forms.HeldForm,
        effect=learning.hold, tells=("invitee",), verb="记录", clause="M2.2",
    )  # fmt: skip
    cancel = Step(
        "取消培训", ("announced",), "cancelled", by="organizer", permission=TRAIN, form=forms.ReasonForm,
        tells=("invitee",), said="取消培训", rare=True, clause="M2.2",
    )  # fmt: skip

    @classmethod
    def summary(cls, record):
        return f"{record.opened_by_unit.short_name} · {stamp(record.begins_at)} · {record.place}"


class QuestionProcedure(Procedure):
    """业务咨询, M2.2."""

    code, name, slug, model, clause = "question", "业务咨询", "questions", Question, "M3.3.5"
    icon, thing = "help-circle", "咨询"
    shown = ("power", "question", "answer", "answered_at")
    columns = ("title", "power", "opened_by_unit", "state", "due")
    filters = (Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"),)
    searched = ("question", "answer")
    permissions = {
        "ask_question": ("提出业务咨询", "经办人", "负责人"),
        "answer_question": ("答复业务咨询", "经办人", "负责人"),
    }
    material_kinds = {"reference": "参考材料", "other": "其他"}
    templates = {"detail": "infosharing/question.html"}

    asker = Role("咨询单位", box="out")
    adviser = Role("主管部门", box="in")
    reader = Role("参考单位", many=True)

    asked = State("待答复", holder="adviser", waiting="答复")
    answered = State("已答复", final=True)

    answering = Period("答复咨询", learning.ANSWER, on="adviser", clause="M2.2")

    open = Step(
        "提出咨询", (), "asked", creates=True, permission=QUESTION, form=learning_forms.QuestionForm, effect=learning.ask,
        starts=(learning.ANSWER,), tells=("adviser",), verb="提出", clause="M2.2",
    )  # fmt: skip
    answer = Step(
        "答复", ("asked",), "answered", by="adviser", permission=REPLY, form=learning_forms.AnswerQuestionForm,
        effect=learning.answer, stops=(learning.ANSWER,), tells=("asker", "reader"), said="答复咨询", verb="答复",
        clause="M2.2",
    )  # fmt: skip
    ask_again = Step(
        "追问", ("answered",), "asked", by="asker", permission=QUESTION, form=learning_forms.AskAgainForm,
        effect=learning.ask_again, starts=(learning.ANSWER,), tells=("adviser",), rare=True, clause="M2.2",
    )  # fmt: skip

    @classmethod
    def summary(cls, record):
        # Lists and the search say it of many: nothing that would have to be asked for.
        return f"{record.opened_by_unit.short_name} · 业务咨询"
