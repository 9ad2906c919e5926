"""What the components on /ui/ are filled with: invented, and made of what pages make them of."""

from datetime import timedelta
from types import SimpleNamespace as Of

from django import forms
from django.utils import timezone

from proceedings.forms import Column, LinesField, MomentField, StepForm
from proceedings.lines import Shown
from proceedings.listing.fields import EdgeField, FlagField, SeveralField, TruthField
from proceedings.templatetags.clocks import due_of
from proceedings.templatetags.still import Frozen
from workdays import calendar
from workdays.deadlines import deadline
from workdays.limits import Limit, Unit

DAYS = Limit("sample", "受理告知", 3, Unit.WORKING_DAYS, "M3.1.3", True, "联动机制三（一）3")
HOURS = Limit("sample_hours", "紧急移送", 24, Unit.HOURS, "M3.1.1", False, "县内管理时限")
MONTHS = Limit("sample_months", "申请强制执行", 3, Unit.MONTHS, "M3.7", True, "行政强制法第五十三条")
UNIT, OTHER = Of(name="金湖县黎城街道办事处", short_name="黎城街道"), Of(name="金湖县水务局", short_name="县水务局")
HASH = "e39df5d8aa0f7862758dd0f327dc1b3ab3e5977ebe1181963c933fc6907da95a"


class Sieve(forms.Form):
    q = forms.CharField(required=False)
    state = SeveralField(label="状态", choices=[("draft", "起草"), ("sent", "已送达"), ("closed", "已办结")])
    open = TruthField(label="办结情况", yes="未办结", no="已办结")
    since = EdgeField(label="登记自")
    late = FlagField(label="已逾期")


class ViewForm(forms.Form):
    name = forms.CharField(label="名称", max_length=20)
    usual = forms.BooleanField(label="打开列表时用它", required=False)
    shared = forms.BooleanField(label="与本单位共享", required=False)


class Entries(StepForm):
    """Every kind of entry once."""

    title = forms.CharField(label="案由", max_length=200, help_text="写明当事人、地点和行为。")
    party = forms.CharField(label="当事人", max_length=60, required=False)
    kind = forms.ChoiceField(label="当事人类别", choices=[("person", "个人"), ("firm", "单位")])
    found_at = MomentField(label="发现违法行为的时间")
    facts = forms.CharField(label="基本违法事实", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.ChoiceField(
        label="答复", choices=[("accept", "受理"), ("refuse", "不予受理")], widget=forms.RadioSelect(), initial="accept"
    )
    answer.choice_hints = {"accept": "受理后案件由本单位负责", "refuse": "须写明理由和法律依据"}
    goods = LinesField(
        label="涉案物品",
        required=False,
        columns=(Column("name", "名称", required=True), Column("amount", "数量", width=1)),
    )
    urgent = forms.BooleanField(label="情况紧急", required=False, help_text="移送期限改为二十四小时")
    ongoing = forms.BooleanField(label="正在进行", required=False)
    sections = (
        (
            "登记内容",
            "带“选填”的可以空着",
            ("title", "party", "kind", "found_at", "facts", "answer", "goods", "urgent", "ongoing"),
        ),
    )


class Wrong(forms.Form):
    place = forms.CharField(
        label="违法行为发生地", error_messages={"required": "请填写违法行为发生的地点，写到门牌或路口。"}
    )
    unit = forms.ChoiceField(
        label="受移送单位",
        choices=[("", "请选择"), ("a", "县水务局")],
        error_messages={"required": "请选择受移送单位。"},
    )
    choice = forms.ChoiceField(
        label="决定", choices=[("a", "受理"), ("b", "要求补正")], widget=forms.RadioSelect(),
        error_messages={"required": "请选择怎样答复。"},
    )  # fmt: skip
    read = forms.BooleanField(label="已核对材料", error_messages={"required": "请核对材料后打勾。"})


def clocks(now):
    return {
        "ok": deadline(DAYS, now),
        "soon": deadline(HOURS, now - timedelta(hours=20)),
        "late": deadline(DAYS, now - timedelta(days=12)),
        "calm": deadline(MONTHS, now),
    }


def spent(now):
    shared = {"limit": DAYS, "unit": UNIT, "started_at": now - timedelta(days=9), "cancel_reason": ""}
    stopped = now - timedelta(days=5)
    return [
        Of(label="受理告知", state="met", stopped_at=stopped, **shared),
        Of(label="受理告知", state="breached", stopped_at=now, **shared),
        Of(label="补正材料", state="cancelled", stopped_at=None, **{**shared, "cancel_reason": "移送已撤回"}),
    ]


def rows(running):
    said = {
        "url": "#row",
        "thing": "受理情况",
        "about": "工园路某小吃店无证经营案",
        "system": "案件移送",
        "from_unit": "黎城街道",
    }
    quick = {
        "url": "#",
        "version": 1,
        "key": "sample",
        "label": "确认办结",
        "confirm": "办结后不能再改。",
        "filled": False,
    }
    plain = [
        {"said": Frozen(**said, verb="书面告知", since="09:15送达", due=due_of(running[level]))}
        for level in ("late", "soon", "ok")
    ]
    waits = {**said, "thing": "补正材料", "verb": "等待", "since": "昨天 15:20", "whose": "对方", "look": True}
    plain.append({"said": Frozen(**waits, due=due_of(running["ok"]))})
    return [*plain, {"said": Frozen(**said, verb="确认", since="昨天 16:00", due=None), "quick": quick}]


def acts(running):
    def step(label, filled=False, icon=""):
        return {"label": label, "url": "#", "filled": filled, "icon": icon}

    return [
        {
            "mine": True, "unit": "县水务局", "what": "书面告知受理情况", "note": "尚未分办", "clock": running["soon"],
            "steps": [step("受理", True), step("要求补正"), step("不予受理")], "more": [step("更多")],
        },
        {"mine": False, "unit": "县水务局", "what": "书面告知受理情况", "clock": running["late"], "urge_url": "#"},
        {"mine": False, "closed": True, "unit": "", "what": "已受理并反馈结果，移送单位已确认。"},
    ]  # fmt: skip


def letters(now):
    base = {
        "title": "涉嫌违法案件移送函", "pages": 2, "addressee": OTHER, "addressee_name": "", "issuer": UNIT, "signed_by": Of(name="周建国"),
        "issued_at": now, "delivered_at": now, "get_delivery_display": "平台送达", "on_paper": False,
        "verification_code": "8VAHXP-PAZNU6-3MUR5R", "pdf_sha256": HASH, "void_at": None,
    }  # fmt: skip
    links = {"read": "#letter", "pdf": "#pdf", "docx": "#docx", "copies": "#copies", "service": "#service"}
    return [
        {"letter": Of(number="金黎执移〔2026〕15号", **base), "links": links},
        {
            "letter": Of(number="金黎执移〔2026〕14号", **{**base, "void_at": now, "void_reason": "撤回移送"}),
            "links": links,
        },
    ]


def materials(now):
    stored = Of(size=33_100, sha256=HASH)
    here = {"stored": stored, "unit": UNIT, "removed_at": None, "is_source": False}
    return [
        {"material": Of(name="现场检查记录.pdf", **{**here, "is_source": True}), "url": "#", "preview": "#", "kind": "现场检查记录", "remove_url": "#"},
        {"material": Of(name="健康西路与工园路路口东北侧门店现场照片（第二次检查时拍摄）.png", **here), "url": "#", "kind": "证据"},
        {
            "material": Of(name="误传的文件.docx", **{**here, "removed_at": now}, removed_by=Of(name="周建国"), removed_reason="传错案件"),
            "kind": "其他",
        },
    ]  # fmt: skip


def timeline(now):
    def line(side, said, hours, **more):
        unit = UNIT if side == "l" else OTHER
        by = {"l": "赵明", "r": "张慧敏"}[side]
        return {
            "at": now - timedelta(hours=hours),
            "said": said,
            "side": side,
            "unit": unit.short_name,
            "by": by,
            **more,
        }

    return [
        line("l", "发现违法行为属对方管辖，登记移送", 30, key=True, effects=["移送时限起算，5个工作日"]),
        line("l", "上传材料《现场检查记录.pdf》", 29, details=[("SHA-256", HASH)]),
        line("l", "送负责人签发", 28, inner=True),
        line("r", "受理告知书", 3, key=True, paper=True, effects=["受理告知时限停止，按时"]),
        {
            "side": "r",
            "said": "反馈办理结果",
            "by": "待办",
            "unit": OTHER.short_name,
            "next": True,
            "until": "还没有时限",
        },
    ]


TRACK = [
    {"label": "起草", "status": "done", "note": "11月23日 赵明"},
    {"label": "待签发", "status": "done", "note": "11月24日 赵明", "prev": True},
    {"label": "已送达", "status": "now", "note": "11月24日 周建国"},
    {"label": "已受理", "status": "next", "nxt": True},
    {"label": "已办结", "status": "next"},
]
STOPPED = [*TRACK[:1], {"label": "已撤回", "status": "stop", "note": "11月24日 周建国"}]


FACTS = [
    ("当事人", "刘某某"),
    ("所在镇（街道）", "黎城街道"),
    ("基本违法事实", "当事人正在经营，不能出示营业执照和食品经营许可证，店内有冷藏肉串约15公斤。"),
]


GOODS = Shown("冷藏肉串，15公斤\n炭烤炉，1台")
GOODS.head, GOODS.rows = ("名称", "数量"), (("冷藏肉串", "15公斤"), ("炭烤炉", "1台"))
FACTS.append(("涉案物品", GOODS))
MOVED = Of(earlier=[
    {"last_day": "11月20日", "due_at": "", "result": "breached", "reason": "台风停工一天，11月20日不计入"},
    {"last_day": "11月19日", "due_at": "", "result": "", "reason": "2026年安排公布，暂定日期重算"},
])  # fmt: skip


def lists():
    """Filters, columns and saved views, as they unfold above a list."""
    names = ("案由", "编号", "往来", "状态", "时限", "承办人")
    views = [Of(pk=n, name=name) for n, name in enumerate(("本周到期的", "等对方受理的"), 1)]
    return {
        "sieve": {
            "form": Sieve({"state": "sent", "late": "1"}, auto_id="sieve_%s"), "action": "#lists", "clear_url": "#lists",
            "sorts": [("-opened_at", "登记时间，从新到旧"), ("number", "编号，从小到大")], "sizes": (25, 50, 100), "size": 25,
        },
        "list_columns": [
            {"code": f"c{n}", "label": label, "shown": n < 4, "always": n == 0, "first": n == 1, "last": n == len(names) - 1}
            for n, label in enumerate(names)
        ],
        "view_form": ViewForm(auto_id="view_%s"),
        "view_rows": [
            {"view": views[0], "url": "#lists", "opened": "#lists", "mine": True,
             "form": ViewForm(initial={"name": views[0].name, "usual": True}, auto_id="view1_%s")},
            {"view": views[1], "url": "#lists", "opened": "#lists", "shared": True},
        ],
    }  # fmt: skip


def tour_steps():
    """One that is done, the one to take now, one of later."""
    link = Of(label="导入", url="#setup", icon="upload", main=True)
    told = [
        ("导入单位", True, "已有 23 个单位：8 个镇（街道），15 个县级部门。", ""),
        ("导入人员", False, "已有 12 人。", "银涂镇还没有人员，发给它的公文只能纸质送达。"),
        ("办第一件移送", False, "还没有移送。", ""),
    ]
    return [
        Of(
            number=number, found=Of(done=done, said=said, remark=remark),
            step=Of(code=f"sample-step-{number}", title=title, why="是否完成由平台按数据判断。", links=[link]),
        )
        for number, (title, done, said, remark) in enumerate(told, start=1)
    ]  # fmt: skip


def slip(now):
    return Of(
        officer=Of(name="赵明", username="zhaoming", unit=UNIT),
        password="k7m2-x9ht-4wfp",  # noqa: S106
        last_day=now.date(),
    )


def everything():
    """The whole context of the page."""
    now = timezone.now()
    running = clocks(now)
    wrong = Wrong({}, auto_id="wrong_%s")
    wrong.is_valid()
    wrong.leads = [("去已登记的那一件", "#")]
    return {
        "clocks": running, "spent": spent(now), "worklist_rows": rows(running), "acts": acts(running),
        "hints": [{"kind": "warn", "text": "同一案件已被退两次，建议先协商。", "url": "#", "label": "怎么办"}],
        "sample_letters": letters(now), "materials": materials(now), "removable": True, "timeline": timeline(now),
        "sides": (UNIT.short_name, OTHER.short_name), "track": TRACK, "stopped_track": STOPPED,
        "still_open": {"rows": [
            {"name": "案件移送", "title": "工园路某小吃店无证经营案", "number": "金黎执移〔2026〕1号", "state": "已受理",
             "holder": "县市场监督管理局", "url": "#lists", "end_url": "#lists"},
        ], "hidden": 1},
        "checklist": [{"label": "案源材料", "ok": True}, {"label": "初步证据", "ok": False, "note": "还缺"}],
        "facts": FACTS, "moved": MOVED, "notice": Of(pk=999_999_999),
        "entries": Entries(), "wrong": wrong, **lists(),
        "conflict": {"message": "事项已有变化，本次未生效", "happened": ["10:31 县水务局赵明：已受理"]},
        "record": Of(get_absolute_url="#"), "autosave": {"saved_at": now},
        "tabs": [Of(label="共享信息", url="#", current=True), Of(label="数据请求", url="#", current=False)],
        "sample_crumbs": [("待办", "#"), ("案件移送", "#"), ("金黎执移〔2026〕15号", "")],
        "due_counts": {calendar.today(): 2, calendar.add_working_days(calendar.today(), 2): 1}, "due_url": "?due=",
        "tour_steps": tour_steps(), "sample_slip": slip(now),
        "material_kinds": {"inspection_record": "现场检查记录", "evidence": "证据"},
        "uploads": [
            {"name": "现场录像.mp4", "percent": 42, "state": "42%，剩约2分钟"},
            {"name": "询问笔录.pdf", "percent": 61, "state": "连接断开，恢复后接着传", "css": "waiting"},
            {"name": "程序.exe", "state": "不支持“.exe”文件", "css": "failed"},
            {"name": "现场检查记录.pdf", "state": "证据 · 33.1 KB · 已上传"},
        ],
    }  # fmt: skip
