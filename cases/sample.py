"""Cases of the sample county in every state, told by the real steps beside the transfers (referrals/sample).

People, places and facts are made up. `acts` is "WHEN STEP; WHEN STEP …" as in the transfers' stories.
"""

# Rows as rows.
# fmt: off
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from proceedings.perform import open_proceeding, perform

from .models import Case

SHOP, PERSON, COMPANY = "sole_trader", "person", "company"
# Steps whose form has a scan, and the kind of the sample's file for it.
SCANNED = {"decide": "decision"}


@dataclass
class CaseStory:
    unit: str
    power: str
    title: str
    party: tuple
    place: str
    facts: str
    acts: str
    words: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)


def fined(amount, **more):
    return {"outcome": "penalty", "penalties": ["fine"], "fine": amount, **more}


PAID = {"execution": "当事人已到指定银行缴清罚款，现场已清理。", "complete": True}
SPARED = {"outcome": "minor"}

CASES = [
    CaseStory(
        "licheng", "CG-003", "衡阳路某小区阳台外堆放杂物案", (PERSON, "丁某"), "衡阳路某小区3幢",
        "当事人在阳台外支架上堆放花盆和旧家具，有坠落危险。", "1 10:20 open",
    ),
    CaseStory(
        "licheng", "CG-004", "人民路某水果店乱倒污水案", (SHOP, "某鲜果店"), "人民路118号",
        "店员将清洗污水倾倒于人行道，经两次劝导未改正。", "9 09:10 open; 9 15:20 file; 6 10:00 order_stop",
    ),
    CaseStory(
        "licheng", "CG-009", "健康路某建材店占道堆物案", (SHOP, "某建材经营部"), "健康路86号门前",
        "人行道上堆放板材和一辆改装三轮车，影响通行。", "6 08:50 open; 6 09:30 file; 5 10:10 register_evidence; 1 16:20 prepare_extend_decision",
        {"register_evidence": {"evidence_items": [
            {"name": "改装三轮车", "quantity": "1辆", "condition": "九成新"}, {"name": "木工板", "quantity": "36张", "condition": "完好"},
        ], "reason": "三轮车和板材可能被转移。"}, "prepare_extend_decision": {
            "days": 30, "basis": "某省行政程序规定第三十条", "reason": "板材归属需要向三家供货单位核实。",
        }},
    ),
    CaseStory(
        "licheng", "CG-006", "金湖路某工地渣土车抛洒案", (COMPANY, "某土石方工程有限公司"), "金湖路与神华大道路口",
        "渣土车未密闭，沿途遗撒约两公里。", "29 09:20 open; 28 10:00 file; 20 15:00 decide; 17 10:00 record_service; 5 11:00 record_execution",
        {"decide": fined("20000"), "record_service": {"way": "直接送达"},
         "record_execution": {"execution": "当事人缴纳8000元，余款申请延期至下月。"}},
    ),
    CaseStory(
        "licheng", "CG-002", "园林路某酒楼擅设大型户外广告案", (COMPANY, "某酒楼有限公司"), "园林路9号",
        "酒楼外墙擅自设置电子屏约40平方米，未经批准。", "30 09:00 open; 29 10:00 file; 17 15:00 decide; 8 09:30 record_execution",
        {"decide": fined("5000", served=True), "record_execution": PAID},
    ),
    CaseStory(
        "licheng", "CG-005", "老西门某装修户乱倒建筑垃圾案", (PERSON, "蒋某某"), "老西门街背街小巷",
        "将装修垃圾约一车倾倒于绿化带。", "31 09:00 open; 30 10:00 file; 22 15:00 decide; 15 09:30 record_execution; 10 10:00 conclude",
        {"decide": fined("800", served=True), "record_execution": PAID, "conclude": {"result": "罚款800元已缴，绿化带已恢复。"}},
    ),
    CaseStory(
        "licheng", "CG-001", "黎城夜市某摊主乱贴小广告案", (PERSON, "尹某"), "黎城夜市入口",
        "张贴小广告十余张，当场清除，系初次。", "12 19:30 open; 10 10:00 not_file",
        {"not_file": {"reason": "违法行为轻微并当场改正，没有造成危害后果，依照行政处罚法第三十三条不予处罚，不予立案。"}},
    ),
    CaseStory(
        "licheng", "CG-008", "建设路某商场围挡广告案", (COMPANY, "某百货有限公司"), "建设路27号",
        "装修围挡外设置超面积广告，当事人已就许可提起行政诉讼。", "26 09:00 open; 25 10:00 file; 14 16:00 suspend",
        {"suspend": {"reason": "相关行政许可诉讼尚未审结，本案须以其结果为依据。"}},
    ),
    CaseStory(
        "licheng", "CG-004", "人民路某鲜果店乱倒污水复查案", (SHOP, "某鲜果店"), "人民路118号",
        "复查时再次发现同一店铺倾倒污水。", "4 09:00 open; 3 10:00 merge",
        {"merge": {"into": "人民路某水果店乱倒污水案", "reason": "同一当事人的同一违法行为，并入先立的案件办理。"}},
    ),
    CaseStory(
        "taji", "ZR-002", "塔集镇某村民擅自扩建住房案", (PERSON, "韦某某"), "塔集镇黄庄村二组",
        "未取得乡村建设规划许可证，在宅基地外扩建厨房约30平方米。", "2 09:20 register_running; 1 10:00 report_progress",
        {"register_running": {"paper_number": "金塔执立〔{year}〕7号"}, "report_progress": {"progress": "已完成勘测和询问，拟告知处罚。"}},
        {"filed": 75},
    ),
    CaseStory(
        "jinnan", "CG-004", "金南镇某饭店厨余垃圾乱倒案", (SHOP, "某农家饭店"), "金南镇集镇东街",
        "将厨余垃圾倾倒于河坡。", "2 09:40 register_running",
        {"register_running": {"paper_number": "金南执立〔{year}〕3号"}}, {"filed": 96},
    ),
]


class CaseTale:
    """One story being told. `telling`: units, officers and files of the sample county."""

    def __init__(self, telling, story):
        self.telling, self.story, self.record = telling, story, None

    def officer(self, step):
        post = "leader" if step in ("not_file", "suspend", "merge", "extend_decision") else "clerk"
        return self.telling.officers[f"{self.story.unit}_{post}"]

    def do(self, step, at):
        officer = self.officer(step)
        words = self.telling.dated(self.story.words.get(step, {}))
        words |= getattr(self, f"_{step}", lambda officer, at, words: {})(officer, at, words)
        if self.record is None:
            self.record = open_proceeding("case", officer, {**self.about(at), **words}, step_code=step, now=at).record
            return
        if step in ("file", "decide", "register_evidence"):
            words["approved_by"] = f"{self.story.unit}_leader"
        files = {"scan": self.telling.upload(SCANNED[step], self.record, officer, at)} if step in SCANNED else None
        self.record.refresh_from_db()
        self.record = perform(
            self.record, step, officer, words, version=self.record.version, now=at, files=files
        ).record

    def about(self, at):
        story = self.story
        found = at - timedelta(hours=2)
        if "filed" in story.more:
            found = at - timedelta(days=story.more["filed"] + 3)
        return {
            "title": story.title, "party_kind": story.party[0], "party_name": story.party[1], "place": story.place,
            "township": story.unit, "facts": story.facts, "power": story.power, "violation_found_at": found,
        }

    def _register_running(self, officer, at, words):
        return {"filed_on": timezone.localdate(at) - timedelta(days=self.story.more["filed"])}

    def _decide(self, officer, at, words):
        day, unit = timezone.localdate(at), self.telling.units[self.story.unit]
        given = {"decided_on": day, "decision_number": f"{unit.letter_prefix}罚〔{day.year}〕{self.record.pk % 90 + 1}号"}
        if words.pop("served", False):
            given["served_on"] = day
        return given

    def _record_service(self, officer, at, words):
        return {"served_on": self.record.decided_on + timedelta(days=2)}

    def _record_execution(self, officer, at, words):
        return {"executed_on": timezone.localdate(at)}

    def _order_stop(self, officer, at, words):
        code = self.story.unit
        return {
            "act": self.story.facts, "provisions": self.record.power.legal_basis, "ordered_at": at,
            "first_officer": f"{code}_clerk", "second_officer": f"{code}_leader",
        }

    def _merge(self, officer, at, words):
        return {"into": Case.objects.get(title=words["into"]).registered_number}
