"""Complaints of the sample county, told by the real steps. People, places and facts are made up.

`acts` is "WHEN WHO STEP; …", WHEN in working days before today and a time of day, WHO an account.
"""

# Rows as rows.
# fmt: off
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from evidence.redaction import Bar
from organizations.models import Officer
from proceedings import sample, sweep
from proceedings.letters import render_letter
from proceedings.materials import redact, upload_to
from proceedings.models import Letter, Proceeding
from proceedings.perform import open_proceeding, perform
from workdays.calendar import is_working_day

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
    # What the steps of the township's own complaint are, where a department notifies it.
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
    Story("人行道堆放建材", "某建材经营部", "健康路86号门前", "licheng", "经营部在人行道堆放板材。",
          "1 15:00 chengguan_clerk open", person("丁小石", "13800005127"), more={"power": "CG-009", "channel": "letter"},
          letter=BY_HAND | {"name": "丁小石", "phone": "13800005127"}),
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
            record = Complaint.objects.filter(origin_id=record.pk).first() if acts else record
        steps = [part.split() for part in acts.split(";") if part.strip()]
        for n, (back, clock, who, step) in enumerate(steps):
            moment = min(moment_of(now, back, clock), now - timedelta(minutes=3 * (len(steps) - n)))
            moment = latest = moment if latest is None else max(moment, latest + timedelta(minutes=2))
            officer, words = Officer.objects.get(username=who), story.words.get(step, {})
            if record is None:
                record = open_proceeding("complaint", officer, about(story) | words, now=moment).record
                if story.letter:
                    scan(record, story, officer, moment + timedelta(minutes=1))
            else:
                record.refresh_from_db()
                record = perform(record, step, officer, words, version=record.version, now=moment).record


def scan(record, story, officer, at):
    """The letter that came by post, and the copy on which nobody is named."""
    drawn = scans.letter(story.title, story.facts, **story.letter)
    upload = SimpleUploadedFile("来信扫描件.jpg", drawn, content_type="image/jpeg")
    material = upload_to(record, upload, "complaint_material", officer, is_source=True, at=at)
    if story.redacted:
        redact(material, [Bar(0, *scans.SIGNATURE)], officer, at=at + timedelta(minutes=1))


def about(story):
    return {
        "title": story.title, "subject": story.subject, "place": story.place, "township": story.township,
        "facts": story.facts, "channel": "phone", **story.who, **story.more,
    }


def moment_of(now, back, clock):
    day, back = timezone.localdate(now), int(back)
    while back or not is_working_day(day):
        day -= timedelta(1)
        back -= is_working_day(day) and back > 0
    hour, minute = map(int, clock.split(":"))
    return timezone.localtime(now).replace(
        year=day.year, month=day.month, day=day.day, hour=hour, minute=minute, second=0, microsecond=0
    )
