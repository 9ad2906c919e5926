"""Every time limit (时限) of the mechanism, in one table.

Columns: code, label, amount, unit, clause, statutory, basis, then what it runs from and what stops it.
Statutory limits come from the regulation (金政办〔2021〕36号, clauses M…) or from higher law; they are changed
here and nowhere else. Managerial ones (法无明文) are the county's own: the amount here is the default, and an
administrator may set another from a day on (workdays.models.ManagerialLimit).

The statutory amounts of M3.1 and M3.6 bind township and department towards each other, those of M3.3.9 bind
departments. Between two townships or two departments, and for a township's sharing, procedures apply the same
amounts as managerial ones.
"""

from workdays.limits import Limit, Unit

WORKING_DAYS = Unit.WORKING_DAYS
HOURS = Unit.HOURS
CALENDAR_DAYS = Unit.CALENDAR_DAYS
MONTHS = Unit.MONTHS
SAME_DAY = Unit.SAME_DAY


def statutory(code, label, amount, unit, clause, basis, runs_from, stopped_by, **more) -> Limit:
    return Limit(code, label, amount, unit, clause, True, basis, runs_from=runs_from, stopped_by=stopped_by, **more)


def managerial(code, label, amount, unit, clause, runs_from, stopped_by, basis="县内管理时限") -> Limit:
    return Limit(code, label, amount, unit, clause, False, basis, runs_from=runs_from, stopped_by=stopped_by)


# Rows as rows: one or two lines each, not one line a cell.
# fmt: off
_REFERRALS = (
    statutory(
        "transfer_out", "移送案件", 5, WORKING_DAYS, "M3.1.1", "联动机制三（一）1",
        "发现违法行为属于对方管辖", "移送函签发并送达",
    ),
    statutory(
        "transfer_out_urgent", "紧急移送", 24, HOURS, "M3.1.1", "联动机制三（一）1",
        "情况转为紧急（与5个工作日以先到者为准）", "移送函签发并送达，或者负责人说明理由撤回紧急",
    ),
    managerial(
        "notify_competent", "告知正在进行的违法行为", 2, HOURS, "M3.1.1",
        "登记正在进行的违法行为", "告知有管辖权的单位", basis="联动机制三（一）1“及时”，县内定为2小时",
    ),
    statutory(
        "acknowledge", "受理告知", 3, WORKING_DAYS, "M3.1.3", "联动机制三（一）3",
        "移送函送达", "书面告知受理、不予受理或者要求补正",
    ),
    managerial(
        "acknowledge_urgent", "紧急移送的受理告知", 24, HOURS, "M3.1.3",
        "紧急移送函送达", "书面告知受理、不予受理或者要求补正",
    ),
    managerial("supplement", "补正材料", 3, WORKING_DAYS, "M3.1.3", "补正材料通知送达", "重新提交材料"),
    managerial(
        "decide_after_refusal", "不予受理后的处理", 2, WORKING_DAYS, "M3.1.3",
        "不予受理告知书送达", "另行移送、提起争议或者收回自办",
    ),
    managerial(
        "close_after_report", "反馈后自动办结", 5, WORKING_DAYS, "M3.1.3",
        "办理结果反馈函送达", "移送单位办结；到期自动办结",
    ),
)

_CASES = (
    managerial("file_after_accept", "受理后立案", 7, WORKING_DAYS, "M3.1.3", "受理", "立案，或者说明理由不予立案"),
    managerial("progress", "反馈办理进展", 30, WORKING_DAYS, "M3.1.3", "立案", "反馈办理进展"),
    statutory(
        "decide_case", "作出行政处罚决定", 90, CALENDAR_DAYS, "", "行政处罚法第六十条",
        "立案", "作出决定；可依法延长",
    ),
    statutory(
        "evidence_kept", "先行登记保存证据的处理", 7, WORKING_DAYS, "", "行政处罚法第五十六条、第八十五条",
        "先行登记保存", "作出处理决定",
    ),
    statutory(
        "serve_decision", "送达处罚决定书", 7, WORKING_DAYS, "", "行政处罚法第六十一条、第八十五条",
        "作出决定", "送达当事人",
    ),
)

_COMPLAINTS = (
    managerial(
        "complaint_first_handling", "投诉举报首次处理", 3, WORKING_DAYS, "M3.2.1",
        "登记", "完成核实、立案或者移交", basis="联动机制三（二）1“及时”，县内定为3个工作日",
    ),
    managerial(
        "complaint_county_notice", "告知投诉人和镇街", 1, WORKING_DAYS, "M3.2.2",
        "县级部门登记", "投诉人和镇街均已告知，书面材料已移交", basis="联动机制三（二）2“及时”，县内定为1个工作日",
    ),
    managerial(
        "complaint_inform", "告知投诉人处理结果", 7, WORKING_DAYS, "M3.2.3",
        "办理结束", "已告知，或者记录无法告知（匿名）",
    ),
    statutory(
        "complaint_feedback", "向县级部门反馈结果", 7, WORKING_DAYS, "M3.2.3", "联动机制三（二）3",
        "办理结束：答复未发现违法、不予受理或者案件办结", "反馈送达",
    ),
)

_INFOSHARING = (
    statutory(
        "share_same_day", "当日共享信息", 1, SAME_DAY, "M3.3.9", "联动机制三（三）",
        "信息形成", "向共享对象发布",
    ),
    statutory(
        "share_extended", "延期共享信息", 7, WORKING_DAYS, "M3.3.9", "联动机制三（三）",
        "信息形成（已记录延期原因）", "向共享对象发布",
    ),
)

_DATA_REQUESTS = (
    managerial("answer_question", "答复业务咨询", 3, WORKING_DAYS, "M2.2", "提出咨询", "答复"),
    managerial("data_answer", "报送数据", 5, WORKING_DAYS, "M3.3.4", "请求送达", "报送；请求单位可以指定另外的日期"),
)

_JOINTOPS = (
    managerial(
        "urgent_notice", "紧急通知的响应", 2, HOURS, "M3.4.2",
        "通知送达", "派出执法人员，或者说明理由", basis="联动机制三（四）2“立即”，县内定为2小时",
    ),
    managerial(
        "urgent_report", "向县人民政府报告", 4, HOURS, "M3.4.2",
        "逾期未响应，或者通知单位认为理由不充分", "报告签发",
    ),
    managerial("cooperation_answer", "答复配合请求", 2, WORKING_DAYS, "M3.4.3", "请求送达", "答复"),
)

_ASSISTANCE = (
    statutory(
        "assist_opinion", "提出书面协助意见", 3, WORKING_DAYS, "M3.5", "联动机制三（五）",
        "协助函送达", "书面意见和依据材料送达；届满前告知的可以延长", usual=True,
    ),
    managerial(
        "assist_onsite", "派员现场处置", 4, HOURS, "M3.5",
        "请求送达", "记录到达现场", basis="联动机制三（五）“及时”，县内定为4小时",
    ),
    managerial("assist_archive", "提供档案查阅复制", 3, WORKING_DAYS, "M3.5", "请求送达", "提供，或者说明理由"),
)

_DISPUTES = (
    managerial(
        "negotiate", "自行协商", 10, WORKING_DAYS, "M3.6",
        "提起争议", "形成会议纪要，或者申请县司法局协调", basis="联动机制三（六）“及时”，县内定为10个工作日",
    ),
    managerial("dispute_accept", "县司法局受理争议", 3, WORKING_DAYS, "M3.6", "协调申请送达", "受理，或者退回补正"),
    managerial("dispute_conclude", "县司法局办结争议", 15, WORKING_DAYS, "M3.6", "受理", "行政执法监督建议书签发"),
    managerial(
        "dispute_comply", "答复监督建议", 5, WORKING_DAYS, "M3.6",
        "监督建议书送达", "争议各方均已答复；不答复视为不同意",
    ),
    managerial("government_decide", "县人民政府决定", 10, WORKING_DAYS, "M3.6", "提请决定", "作出决定"),
    managerial("execute", "执行县人民政府决定", 5, WORKING_DAYS, "M3.6", "决定送达", "记录执行"),
)

_ORDER_310 = "国务院令第310号第{}条"

_JUDICIAL = (
    statutory(
        "crime_head_decision", "是否移送涉嫌犯罪案件的决定", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("五"),
        "收到移送报告", "负责人批准移送，或者不批准并记录理由",
    ),
    statutory(
        "crime_hand_over", "移送涉嫌犯罪案件", 24, HOURS, "M3.7", _ORDER_310.format("五"),
        "批准移送", "公安机关回执",
    ),
    statutory(
        "police_pass_on", "公安机关转送有管辖权的机关", 24, HOURS, "M3.7", _ORDER_310.format("七"),
        "公安机关签收", "转送", watched=True,
    ),
    statutory(
        "police_ask_supplement", "公安机关告知补充材料", 24, HOURS, "M3.7", "公安机关办理刑事案件程序规定第180至181条",
        "公安机关接受案件", "告知补充材料", watched=True,
    ),
    statutory(
        "crime_supplement", "补充移送材料", 3, CALENDAR_DAYS, "M3.7", "公安机关办理刑事案件程序规定第180至181条",
        "公安机关告知补充材料", "补充材料送达",
    ),
    statutory(
        "police_decide", "公安机关决定是否立案", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("八"),
        "公安机关接受案件", "立案或者不予立案", watched=True,
    ),
    statutory(
        "crime_reconsideration", "提请复议", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("九"),
        "不予立案通知书送达", "提请复议，或者建议检察院立案监督",
    ),
    statutory(
        "police_reconsider", "公安机关复议决定", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("九"),
        "公安机关收到复议申请", "复议决定", watched=True,
    ),
    statutory(
        "crime_supervision", "建议检察院立案监督", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("九"),
        "复议决定送达", "建议送达检察院",
    ),
    statutory(
        "crime_goods", "移交涉案物品和材料", 3, CALENDAR_DAYS, "M3.7", _ORDER_310.format("十二"),
        "立案通知书送达", "公安机关签收",
    ),
    statutory(
        "review_period", "申请行政复议", 60, CALENDAR_DAYS, "M3.7", "行政复议法第二十条",
        "处罚决定书送达", "当事人申请；届满",
    ),
    statutory(
        "suit_period", "提起行政诉讼", 6, MONTHS, "M3.7", "行政诉讼法第四十六条",
        "处罚决定书送达", "当事人起诉；届满",
    ),
    statutory(
        "exhortation", "催告后履行", 10, WORKING_DAYS, "M3.7", "行政强制法第五十四条、第六十九条",
        "催告书送达", "当事人履行；届满后可以申请强制执行",
    ),
    statutory(
        "court_application", "申请人民法院强制执行", 3, MONTHS, "M3.7", "行政强制法第五十三条",
        "复议和诉讼期限届满", "强制执行申请书送达法院",
    ),
    statutory(
        "court_accept", "人民法院受理", 5, WORKING_DAYS, "M3.7", "行政强制法第五十六条、第六十九条",
        "申请送达", "受理或者不予受理", watched=True,
    ),
    statutory(
        "court_rule", "人民法院裁定", 7, WORKING_DAYS, "M3.7", "行政强制法第五十七条、第六十九条",
        "受理", "裁定", watched=True,
    ),
)

# fmt: on
LIMITS = (
    *_REFERRALS,
    *_CASES,
    *_COMPLAINTS,
    *_INFOSHARING,
    *_DATA_REQUESTS,
    *_JOINTOPS,
    *_ASSISTANCE,
    *_DISPUTES,
    *_JUDICIAL,
)
