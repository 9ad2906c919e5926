"""Shared information of the sample county, told by the real steps. Units are the county's, contents are made up.

`acts` is "WHEN WHO STEP; …", as in the complaints' stories.
"""

# Rows as rows.
# fmt: off
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from organizations.models import Officer, Power
from proceedings import sample, sweep
from proceedings.models import Proceeding
from proceedings.perform import open_proceeding, perform
from workdays.calendar import add_working_days, shanghai_date

from . import powers
from .models import Information


@dataclass
class Story:
    kind: str
    entries: dict
    acts: str
    words: dict = field(default_factory=dict)


def item(category, title, content, acts, words=None, **more):
    return Story("information", {"category": category, "title": title, "content": content, "groups": ["townships"], **more}, acts, words or {})


COLUMNS = [{"name": "事项", "kind": "文字", "required": "是"}, {"name": "立案件数", "kind": "数字", "required": "是"},
           {"name": "处罚决定件数", "kind": "数字", "required": "是"}, {"name": "罚没金额（元）", "kind": "数字"}]
STORIES = [
    item("dynamics", "11月食品小作坊监督检查简报", "本月检查小作坊、小餐饮42家，责令改正6家，移送立案1家。"
         "主要问题：从业人员健康证过期、进货查验记录不全。请各镇（街道）结合日常巡查跟踪整改。",
         "1 09:30 shijian_clerk open; 1 15:20 shijian_clerk publish"),
    item("licensing", "户外广告设施设置许可清单（11月）", "本月准予设置大型户外广告设施3处、不予许可1处，许可期限和点位见附件。未列入清单的设置均未经许可。",
         "3 10:00 chengguan_clerk open; 3 16:40 chengguan_clerk publish", power="CG-002", groups=["holders"]),
    item("standards", "市容环境卫生行政处罚裁量要点（试行）", "一、初次违法且当场改正的，不予处罚；"
         "二、一年内再次违法的，按中间幅度处罚；三、拒不改正或者造成危害后果的，从重处罚。",
         "6 09:00 chengguan_clerk open; 6 10:10 chengguan_leader publish", power="CG-009", groups=["holders"]),
    item("statistics", "前三季度全县生态环境信访统计", "受理信访213件，同比下降8.2%，其中油烟扰民71件、施工噪声46件。分镇（街道）数据见附件。",
         "9 09:10 shengtai_clerk open; 9 16:00 shengtai_clerk extend; 5 11:00 shengtai_clerk publish",
         {"extend": {"reason": "分镇（街道）数据须与各镇核对，当日不能完成。"}}),
    item("other", "关于规范执法记录仪使用的提示", "现场检查、送达、强制措施应当全程音像记录，记录保存期限不少于两年。",
         "4 09:00 sifa_clerk open; 2 10:00 sifa_clerk publish", groups=["townships", "departments"]),
    item("dynamics", "集镇农贸市场联合检查记录", "检查摊位87个，发现占道经营12处、消防通道堵塞3处，已责令当场改正。",
         "0 08:50 licheng_clerk open", groups=[], units=["shijian", "xiaofang"], township="licheng"),
    Story("data_request", {"title": "2026年第四季度行政处罚案件统计", "wanted": "按事项报送立案件数、处罚决定件数和罚没金额，统计截至11月20日。",
                           "purpose": "上级督查考核", "columns": COLUMNS, "groups": ["townships"]},
          "4 09:00 chengguan_clerk open; 3 10:00 licheng_clerk answer; 2 15:00 jinnan_clerk answer; 1 09:20 taji_clerk answer",
          {"licheng_clerk": {"rows": [{"c1": "占道经营", "c2": "14", "c3": "11", "c4": "8600"}, {"c1": "乱倒垃圾", "c2": "6", "c3": "5", "c4": "2400"}]},
           "jinnan_clerk": {"rows": [{"c1": "乱倒垃圾", "c2": "3", "c3": "2", "c4": "1200"}]}, "taji_clerk": {"words": "本季度无立案。"}}),
    Story("data_request", {"title": "在建工地扬尘管控台账", "wanted": "报送辖区在建工地名单和扬尘防治措施落实情况。", "units": ["licheng", "jinbei"]},
          "8 09:00 zhujian_clerk open; 7 10:00 licheng_clerk answer; 6 10:00 jinbei_clerk answer",
          {"licheng_clerk": {"words": "辖区在建工地5处，均已落实围挡、喷淋。"}, "jinbei_clerk": {"words": "辖区在建工地2处，1处喷淋停用，已责令恢复。"}}),
    Story("question", {"title": "流动摊贩的当事人怎样写", "power": "CG-009", "question": "流动摊贩没有字号，处罚决定书的当事人应当怎样写？"},
          "7 10:00 taji_clerk open; 5 09:30 chengguan_clerk answer",
          {"chengguan_clerk": {"answer": "以经营者个人为当事人，写明身份证姓名和住址；拒绝提供身份信息的，可以请公安机关协助查明。"}}),
    Story("question", {"title": "电子屏亮度有没有标准", "power": "CG-002", "question": "户外电子屏夜间亮度扰民，有没有可以引用的标准？"},
          "1 14:20 licheng_clerk open"),
    Story("training", {"title": "市容管理行政处罚程序培训", "power": "CG-009", "content": "一般程序、简易程序，证据收集和文书制作；请带一份近期案卷。",
                       "place": "县城市管理局三楼会议室", "trainer": "县司法局行政执法监督科", "groups": ["holders"]},
          "2 09:00 chengguan_clerk open; 1 10:00 licheng_clerk enrol; 1 11:00 jinnan_clerk enrol",
          {"licheng_clerk": {"names": ["赵明", "孙丽"]}, "jinnan_clerk": {"names": ["高翔"]}}),
]
# A power whose basis changed, for the comparison of old and new.
CHANGED = ("CG-001", "discretion_standard", "一年内再次张贴、涂写的，不适用从轻幅度。")


def load_matters(now=None):
    """Tell them up to `now`; how many there are, 0 if there were some before."""
    if Information.objects.filter(source_key="").exists():
        return 0
    now = now or timezone.now()
    with transaction.atomic():
        told = [tell(story, now) for story in STORIES]
        change_a_power(now)
        shared = Information.objects.exclude(source_key="").values_list("pk", flat=True)
        sample.mark({*told, *shared})
        sweep.sweep(now)
    return Proceeding.objects.filter(kind__in=("information", "data_request", "question", "training")).count()


def tell(story, now):
    record, latest = None, None
    steps = [part.split() for part in story.acts.split(";")]
    for n, (back, clock, who, step) in enumerate(steps):
        moment = min(sample.moment_of(now, back, clock), now - timedelta(minutes=3 * (len(steps) - n)))
        moment = latest = moment if latest is None else max(moment, latest + timedelta(minutes=2))
        officer = Officer.objects.get(username=who)
        if record is None:
            record = open_proceeding(story.kind, officer, opening(story, moment), now=moment).record
        else:
            record.refresh_from_db()
            words = story.words.get(who) or story.words.get(step, {})
            record = perform(record, step, officer, words, version=record.version, now=moment).record
    return record.pk


def opening(story, moment):
    if story.kind == "information":
        return {**story.entries, "formed_at": (moment - timedelta(minutes=40)).isoformat()}
    if story.kind == "data_request":
        return {**story.entries, "due_on": add_working_days(shanghai_date(moment), 7).isoformat()}
    if story.kind == "training":
        return {**story.entries, "begins_at": f"{add_working_days(shanghai_date(moment), 6).isoformat()}T09:00"}
    return story.entries


def change_a_power(now):
    code, name, more = CHANGED
    power = Power.objects.filter(code=code).first()
    if power is not None and more not in getattr(power, name):
        setattr(power, name, f"{getattr(power, name)}{more}")
        power.save()
        powers.share_changes(now)
