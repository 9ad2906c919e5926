"""Complaints of the sample county, told by the real steps. People, places and facts are made up.

`acts` is "WHEN WHO STEP; …", WHEN in working days before today and a time of day, WHO an account; "transfer.STEP" is an
act on the transfer of it.
"""

# Rows as rows.
# fmt: off
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from cases import sample_files
from evidence.redaction import Bar
from organizations.models import Officer
from proceedings import sample, sweep
from proceedings.letters import render_letter
from proceedings.materials import add_material, redact, upload_to
from proceedings.models import Letter, Material, Proceeding
from proceedings.perform import open_proceeding, perform

from . import scans
from .models import Complaint

ANONYMOUS = {"anonymous": True}


@dataclass
class Story:
    title: str
    subject: str
    place: str
    township: str
    facts: str
    acts: str
    who: dict = field(default_factory=lambda: dict(ANONYMOUS))
    words: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)
    # What the steps of the complaint are that another unit has of it, once it was notified or has accepted the transfer.
    then: str = ""
    # A letter that came by post, scanned: {name, phone, address} at its foot; `redacted`: with its copy for others.
    letter: dict = field(default_factory=dict)
    redacted: bool = False


def person(name, phone, **more):
    return {"name": name, "phone": phone, "consent_share": True, **more}


BY_HAND = {"address": "工园路15号"}
NONE = {"finding": "none", "reply": "经现场核实，店内油烟净化设施运转正常，未发现违法行为。"}
STORIES = [
    Story("某烧烤店夜间占道经营", "某烧烤店", "工园路12号", "licheng", "店家每晚在人行道摆放桌椅经营，影响通行。",
          "0 08:40 licheng_clerk open", person("尹小满", "13800005121"), more={"power": "CG-009", "channel": "letter"},
          letter=BY_HAND | {"name": "尹小满", "phone": "13800005121"}, redacted=True),
    Story("某小区装修垃圾堆放", "", "衡阳路某小区3幢旁", "licheng", "绿化带旁堆放装修垃圾一周未清。",
          "2 09:20 licheng_clerk open; 2 10:00 licheng_clerk accept", more={"power": "CG-005", "nature": "report"}),
    Story("某饭店油烟扰民", "某饭店", "健康路41号", "licheng", "饭店后厨油烟直排，影响楼上住户。",
          "6 09:00 licheng_clerk open; 6 09:30 licheng_clerk accept; 4 15:00 licheng_leader reply_no_violation",
          person("陶晓岚", "13800005122", consent_contact=True, address="健康路39号2幢301室"), {"reply_no_violation": NONE}),
    Story("邻里停车位纠纷", "", "建设路某小区", "licheng", "邻居长期占用公共车位，双方协商不成。",
          "9 10:00 licheng_clerk open; 9 16:00 licheng_leader refuse_intake; 8 09:00 licheng_clerk inform_complainant",
          person("韦小川", "13800005123"),
          {"refuse_intake": {"reason": "所反映的属于民事纠纷，不属于行政处罚事项。"}, "inform_complainant": {"way": "phone"}}),
    Story("某超市无证经营冷食", "某便民超市", "塔集镇集镇中街", "taji", "超市现场制售凉菜，未公示许可证。",
          "3 09:10 taji_clerk open; 3 10:00 taji_clerk accept; 2 09:00 taji_clerk refer", person("路小云", "13800005124"),
          {"refer": {"receiver": "shijian", "grounds": "食品经营许可的查处属县市场监督管理局职责。"}}),
    Story("集镇乱倒餐厨垃圾", "某农家饭店", "金南镇集镇东街", "jinnan", "饭店每晚将餐厨垃圾倒在河坡。",
          "5 08:50 jinnan_clerk open; 5 09:40 jinnan_clerk accept; 3 10:00 jinnan_clerk file_case", person("江小舟", "13800005125")),
    Story("广场夜间违规广告", "某酒楼", "园林路9号", "licheng", "酒楼外墙电子屏未经批准，夜间亮光扰民。",
          "4 09:00 chengguan_clerk open; 4 15:00 chengguan_leader notify_township", person("蒋小禾", "13800005126", address="园林路7号3幢201室"),
          {"notify_township": {"township": "licheng", "grounds": "擅设大型户外广告的处罚权已下放镇（街道）。"},
           "reply_no_violation": {"finding": "corrected", "reply": "已责令酒楼关闭夜间电子屏，当场改正。"}},
          {"channel": "web"}, "3 09:00 licheng_clerk accept; 1 10:00 licheng_leader reply_no_violation"),
    Story("洗车店污水流入街面", "某洗车店", "戴楼街北侧", "jinnan", "洗车污水未经处理流到街面。",
          "4 09:00 jinnan_clerk open; 4 10:00 jinnan_clerk accept; 3 09:00 jinnan_clerk refer; 3 14:00 jinnan_leader transfer.issue; "
          "1 16:00 shuiwu_leader transfer.refuse", person("柏小溪", "13800005128"),
          {"refer": {"receiver": "shuiwu", "grounds": "向河道排放污水的查处属县水务局职责。"},
           "transfer.refuse": {"reason": "污水流入街面雨水口，未进入河道。", "legal_basis": "《江苏省河道管理条例》第二十七条"}}),
    Story("商铺门前乱设广告牌", "某服装店", "黎城街道人民路22号", "licheng", "店铺在人行道设置落地广告牌，盲道被占。",
          "8 09:00 chengguan_clerk open; 8 10:00 chengguan_clerk accept; 7 09:00 chengguan_clerk refer; "
          "7 14:00 chengguan_leader transfer.issue; 5 10:00 licheng_clerk transfer.accept; 4 09:00 chengguan_clerk inform_complainant",
          person("闻小青", "13800005129"),
          {"refer": {"receiver": "licheng", "grounds": "占用人行道设置广告牌的处罚权已下放镇（街道）。"}, "inform_complainant": {"way": "phone"},
           "give_guidance": {"guidance": "请先核对门头广告备案，责令限期自行拆除；逾期不拆的再立案。"}},
          then="3 15:00 chengguan_clerk give_guidance"),
    Story("人行道堆放建材", "某建材经营部", "健康路86号门前", "licheng", "经营部在人行道堆放板材。",
          "1 15:00 chengguan_clerk open", person("丁小石", "13800005127"), more={"power": "CG-009", "channel": "letter"},
          letter=BY_HAND | {"name": "丁小石", "phone": "13800005127"}),
    Story("某洗车店占道洗车", "某洗车店", "神华大道33号门前", "licheng", "洗车店在人行道洗车，路面积水。",
          "0 08:30 zhihui_clerk open", person("齐小舟", "13800005131"), more={"power": "CG-009", "order_number": "00021"}),
    Story("夜市摊点占用盲道", "", "健康路夜市", "licheng", "摊点每晚占用盲道，行人只能走机动车道。",
          "1 08:40 zhihui_clerk open; 1 09:10 zhihui_clerk dispatch", person("邵小棠", "13800005132"),
          {"dispatch": {"receiver": "licheng", "grounds": "事发地在黎城街道，占道经营的处罚权已下放。"}}, {"order_number": "00014"}),
    Story("集贸市场活禽宰杀", "某水产摊", "塔集镇集贸市场", "taji", "摊主在过道宰杀活禽，污水横流。",
          "4 08:40 zhihui_clerk open; 4 09:00 zhihui_clerk dispatch; 3 10:00 taji_leader return_dispatch; 3 14:00 zhihui_clerk dispatch2",
          dict(ANONYMOUS), {"dispatch": {"receiver": "taji", "grounds": "事发地在塔集镇。"},
          "return_dispatch": {"reason": "市场内的活禽经营由县市场监督管理局管辖。"},
          "dispatch2": {"receiver": "shijian", "grounds": "活禽经营由县市场监督管理局管辖。"}}, {"order_number": "00009"}),
]


def load_matters(now=None):
    """Tell them up to `now`; how many there are, 0 if there were some before."""
    if Complaint.objects.exists():
        return 0
    now = now or timezone.now()
    with transaction.atomic():
        for story in STORIES:
            tell(story, now)
        told = Complaint.objects.values("pk")
        opened = Proceeding.objects.filter(origin__in=told).values_list("pk", "case_id")
        ids = {pk for pair in opened for pk in pair if pk}
        sample.mark(ids | set(told.values_list("pk", flat=True)))
        sweep.sweep(now)
    for letter in Letter.objects.filter(rendered_at=None, on_paper=False).order_by("pk"):
        render_letter(letter)
    return Complaint.objects.count()


def tell(story, now):
    record, latest = None, None
    for acts in (story.acts, story.then):
        if record is not None:
            record = Complaint.objects.filter(origin=record.pk).first() if acts else record
        steps = [part.split() for part in acts.split(";") if part.strip()]
        for n, (back, clock, who, step) in enumerate(steps):
            moment = min(sample.moment_of(now, back, clock), now - timedelta(minutes=3 * (len(steps) - n)))
            moment = latest = moment if latest is None else max(moment, latest + timedelta(minutes=2))
            officer, words = Officer.objects.get(username=who), story.words.get(step, {})
            if step.startswith("transfer."):
                transfer(record, step.removeprefix("transfer."), officer, words, moment)
            elif record is None:
                record = open_proceeding("complaint", officer, about(story, moment) | words, now=moment).record
                if story.letter:
                    scan(record, story, officer, moment + timedelta(minutes=1))
            else:
                record.refresh_from_db()
                # dispatch2: the second time.
                record = perform(record, step.rstrip("2"), officer, words, version=record.version, now=moment).record


def scan(record, story, officer, at):
    """The letter that came by post, and the copy on which nobody is named."""
    drawn = scans.letter(story.title, story.facts, **story.letter)
    upload = SimpleUploadedFile("来信扫描件.jpg", drawn, content_type="image/jpeg")
    material = upload_to(record, upload, "complaint_material", officer, is_source=True, at=at)
    if story.redacted:
        redact(material, [Bar(0, *scans.SIGNATURE)], officer, at=at + timedelta(minutes=1))


def transfer(complaint, step, officer, words, moment):
    record = Proceeding.objects.get(origin=complaint.pk, kind="transfer").child
    for kind in ("complaint_material", "evidence") if step == "issue" else ():
        case = record.case
        upload = sample_files.make(kind, officer.unit, case.title, case.place, case.facts, officer, moment)
        added = add_material(record, upload, kind, officer, officer.unit)
        Material.objects.filter(pk=added.pk).update(uploaded_at=moment)
    perform(record, step, officer, words, version=record.version, now=moment)


def about(story, moment):
    entries = {
        "title": story.title, "subject": story.subject, "place": story.place, "township": story.township,
        "facts": story.facts, "channel": "phone", **story.who, **story.more,
    }
    return entries | of_12345(entries["order_number"], moment) if "order_number" in entries else entries


def of_12345(number, moment):
    local = timezone.localtime(moment)
    return {
        "channel": "hotline", "order_number": f"JH{local:%Y%m%d}{number}", "called_at": moment - timedelta(hours=11),
        "order_due_at": (local + timedelta(days=7)).replace(hour=17, minute=0),
    }
