"""The stories of the sample county's transfers. People, places and facts are made up.

`acts` is "WHEN STEP; WHEN STEP …", WHEN either "3 09:10" (that time, three working days ago) or "m90" (ninety
minutes ago). `words` are the entries of a step; a list where it is taken more than once. "{year}" is the current year.
"""

# Rows as rows.
# ruff: noqa: E501
# fmt: off
from dataclasses import dataclass, field

SHOP, PERSON, COMPANY, GROUP, NOBODY = "sole_trader", "person", "company", "organization", "unknown"
RECORD = ("inspection_record", "evidence")
COMPLAINT = ("complaint_material", "evidence")


@dataclass
class Story:
    sender: str
    receiver: str
    township: str
    power: str
    title: str
    party: tuple
    place: str
    facts: str
    because: str
    acts: str
    words: dict = field(default_factory=dict)
    more: dict = field(default_factory=dict)
    files: tuple = RECORD
    found: str = ""
    by: str = ""


NOT_OURS = "该事项的行政处罚权未下放镇（街道），依照权责清单属你单位管辖。"
TAKEN_BACK = "该事项的行政处罚权已自2025年8月1日起收回县级部门，依照权责清单属你单位管辖。"
YOURS = "该事项的行政处罚权已下放镇（街道）行使，依照权责清单属你单位管辖。"
YOUR_PLACE = "违法行为发生在你辖区，依照属地管辖和权责清单属你单位管辖。"

STORIES = [
    # --- 黎城街道：各种状态 -------------------------------------------------------------------------
    Story(
        "licheng", "shijian", "licheng", "SJ-001", "工园路某小吃店无证经营案", (SHOP, "刘某某"), "工园路与健康西路路口东北侧",
        "当事人在工园路路口设摊经营餐饮，现场不能出示营业执照和食品经营许可证，已经营约两个月。", TAKEN_BACK,
        "3 09:10 open; 3 09:40 files; 3 10:20 submit; 3 16:32 issue; 2 09:15 assign",
    ),
    Story(
        "licheng", "shuiwu", "licheng", "SW-005", "利农河西岸洗车场擅自取用地下水案", (SHOP, "金湖县某洗车服务部"), "利农河路118号西侧",
        "当事人自打水井一眼供洗车使用，现场未能出示取水许可，水泵和水管已拍照固定。", NOT_OURS,
        "8 10:00 open; 8 10:30 files; 8 14:00 submit; 7 09:00 issue",
    ),
    Story(
        "licheng", "chengguan", "licheng", "CG-008", "衡阳路某酒店擅自设置大型户外广告案", (COMPANY, "金湖某酒店管理有限公司"), "衡阳路66号楼顶",
        "楼顶新设长12米、高4米的发光广告牌，当事人称未办理设置许可。", TAKEN_BACK,
        "4 08:50 open; 4 09:30 files; 4 11:00 submit; 3 08:40 issue; 2 15:00 comment; 1 09:20 answer",
        {
            "comment": {"text": "广告牌有松动，遇大风有坠落危险，请尽快派员查看。"},
            "answer": {"text": "已安排中队先到现场看过，下部已临时加固。受理告知今天内发出。"},
        },
    ),
    Story(
        "licheng", "shijian", "licheng", "SJ-004", "健康路夜市某烧烤摊未取得食品经营许可案", (SHOP, "陈某"), "健康路夜市C区17号",
        "夜间检查发现当事人从事食品经营，不能出示许可，现场有冷藏肉串约15公斤。", NOT_OURS,
        "m200 open; m190 files; m170 submit; m140 issue",
        more={"urgent": True, "goods": ["冷藏肉串, 15公斤, , 已开封", "炭烤炉, 1台, , 完好"]},
    ),
    Story(
        "licheng", "zhujian", "licheng", "ZJ-004", "神华大道某厂房未取得施工许可证擅自施工案", (COMPANY, "江苏某新材料有限公司"), "神华大道北段在建厂房",
        "二期厂房已浇筑基础，现场负责人不能提供施工许可证，正在继续施工。", NOT_OURS,
        "2 09:00 open; 2 09:20 order_stop; 2 10:00 notify_competent; 2 10:40 files; 2 11:00 submit; 2 14:30 issue; 1 10:10 accept",
        more={"ongoing": True},
    ),
    Story(
        "licheng", "weijian", "licheng", "WJ-001", "人民路某美容院未取得卫生许可证营业案", (SHOP, "某美容生活馆"), "人民南路29号二楼",
        "投诉反映店内卫生差，检查时不能出示公共场所卫生许可证。", NOT_OURS,
        "1 15:10 open; 1 15:40 files; 1 16:00 submit", files=COMPLAINT,
    ),
    Story(
        "licheng", "yingji", "licheng", "YJ-002", "老西门某杂货店无证销售烟花爆竹案", (SHOP, "吴某杂货店"), "老西门街41号",
        "店内发现鞭炮6箱，未取得烟花爆竹经营许可。", TAKEN_BACK,
        "m110 open; m80 files", more={"urgent": True, "goods": ["鞭炮, 6箱, 1000响, 未开封"]},
    ),
    Story(
        "licheng", "shijian", "licheng", "SJ-002", "宁淮路某仓库为无照经营提供场所案", (COMPANY, "某仓储有限公司"), "宁淮路物流园3号库",
        "3号库内有人从事无照食品分装，仓库管理方知情并收取租金。", TAKEN_BACK,
        "7 10:20 open; 5 16:00 files", found="7 09:00",
    ),
    Story(
        "licheng", "shuiwu", "licheng", "SW-001", "三河村段河道管理范围内搭建看护房案", (PERSON, "高某某"), "三河村四组河堤内侧",
        "河堤内侧新建砖混看护房一间约20平方米，妨碍行洪。", NOT_OURS,
        "9 09:30 open; 9 10:00 files; 9 15:00 submit; 8 09:10 issue; 6 10:00 request_supplement",
        {"request_supplement": {"items": ["建房时间的证明或者询问笔录", "房屋四至和面积的测量记录", "当事人身份信息"]}},
    ),
    Story(
        "licheng", "zhujian", "licheng", "ZJ-001", "华海小区物业擅自改变公共用房用途案", (COMPANY, "某物业服务有限公司"), "华海小区物业用房",
        "物业公司将规划的业主活动室隔断出租给托管班使用，业主联名投诉。", TAKEN_BACK,
        "12 09:00 open; 12 09:50 files; 12 14:00 submit; 11 09:00 issue; 10 10:00 prepare_refuse; 9 09:30 refuse",
        {
            "prepare_refuse": {"reason": "移送材料所述隔断出租已于去年整改，现场与材料不一致，现有证据不足以认定违法。", "legal_basis": "《行政处罚法》第五十四条第二款", "suggested_unit": "licheng"},
            "refuse": {},
        },
        files=COMPLAINT,
    ),
    Story(
        "licheng", "renshe", "licheng", "RS-001", "某建筑劳务公司以购物卡抵付农民工工资案", (COMPANY, "某建筑劳务有限公司"), "园林南路项目工地",
        "工地十余名工人反映，上月工资以超市购物卡抵付。", NOT_OURS,
        "20 09:00 open; 20 10:00 files; 20 14:00 submit; 19 09:30 issue; 18 10:00 accept; 15 10:00 case_file; 5 10:00 case_decide; 3 15:00 case_execute; 3 15:30 report",
        {"case_decide": {"outcome": "penalty", "penalties": ["fine"], "fine": "30000"}, "report": {"outcome": "经查，某建筑劳务有限公司以购物卡抵付12名农民工工资共4.86万元，已责令以货币足额补发，并处罚款3万元。工人已全部领取。"}},
        files=COMPLAINT,
    ),
    Story(
        "licheng", "wenlv", "licheng", "WL-001", "某文化咨询公司未经许可招徕老年旅游团案", (COMPANY, "某文化咨询有限公司"), "健康东路商务楼506室",
        "以“康养讲座”为名招徕老人参加收费旅游，未取得旅行社业务经营许可。", NOT_OURS,
        "28 09:00 open; 28 10:00 files; 28 15:00 submit; 27 09:30 issue; 26 10:00 accept; 24 10:00 case_file; 18 10:00 case_decide; 16 15:00 case_execute; 16 15:30 report; 15 09:00 close; 14 10:00 case_conclude",
        {"case_decide": {"outcome": "penalty", "penalties": ["fine", "confiscation"], "fine": "15000", "confiscated": "8600"}, "report": {"outcome": "已立案查处，没收违法所得8600元，并处罚款1.5万元，老人所交费用已退还。"}},
    ),
    Story(
        "licheng", "xiaofang", "licheng", "XF-003", "某商场消防设施停用未维护案", (COMPANY, "某商业管理有限公司"), "黎城商业街B座",
        "检查发现地下一层喷淋系统长期停用，控制柜断电。", NOT_OURS,
        "30 09:00 open; 30 10:00 files; 30 15:00 submit; 29 09:30 issue; 28 10:00 accept; 26 10:00 case_file; 22 10:00 case_decide; 21 10:00 case_execute; 20 15:30 report; 13 10:00 case_conclude",
        {"case_decide": {"outcome": "penalty", "penalties": ["fine"], "fine": "5000"}, "report": {"outcome": "已责令限期改正，复查合格；对未保持消防设施完好有效的行为处罚款5000元。"}},
    ),
    Story(
        "licheng", "jiaotong", "licheng", "JT-001", "332省道路肩擅自开挖埋管案", (COMPANY, "某管道工程有限公司"), "332省道黎城段K12+300",
        "施工队在公路路肩开挖沟槽约60米，不能出示许可手续，经告知后另查明为自来水应急抢修。", NOT_OURS,
        "6 09:10 open; 6 10:00 files; 6 14:00 submit; 5 09:30 issue; 4 15:10 withdraw",
        {"withdraw": {"ground": "no_violation", "reason": "经核实为供水管道应急抢修，事后已补办手续，不构成违法。"}},
    ),
    Story(
        "licheng", "shengtai", "licheng", "ST-001", "城南某养鸭场未建污染防治设施案", (PERSON, "徐某某"), "城南村六组",
        "存栏约3000只，粪污直排水塘。后查明与上月已移送的案件为同一事项。", NOT_OURS,
        "5 09:10 open; 5 10:00 files; 4 16:30 withdraw",
        {"withdraw": {"ground": "duplicate", "reason": "与已移送的养鸭场污染案重复。"}},
    ),
    Story(
        "licheng", "chengguan", "licheng", "CG-010", "健康路公厕改造擅自拆除案", (COMPANY, "某建设工程有限公司"), "健康路公共厕所",
        "施工单位未按批准的拆迁方案拆除公共厕所。", NOT_OURS,
        "3 10:10 open; 3 10:30 files; 3 11:00 submit; 2 09:00 send_back",
        {"send_back": {"remarks": "请补充批准的拆迁方案文号，基本事实写明拆除面积。"}},
    ),
    # --- 流转被退两次 -------------------------------------------------------------------------------
    Story(
        "licheng", "ziran", "licheng", "ZR-006", "新海村某家庭农场占地硬化停车场案", (GROUP, "某家庭农场"), "新海村二组",
        "当事人将约1.2亩园地浇筑水泥作停车场，未办理用地手续。", NOT_OURS,
        "14 09:00 open; 14 09:40 files; 14 14:00 submit; 13 09:00 issue; 11 10:00 refuse; 10 09:30 reroute; "
        "10 10:00 submit; 10 15:00 issue; 8 09:40 refuse",
        {
            "refuse": [
                {"reason": "经套图，该地块现状为设施农业用地，不属本部门查处范围。", "legal_basis": "《土地管理法》第八十三条", "suggested_unit": "nongye"},
                {"reason": "硬化停车场不属于农村村民非法占用土地建住宅，本部门没有处罚权。", "legal_basis": "《土地管理法》第七十八条", "suggested_unit": "ziran"},
            ],
            "reroute": {"receiver": "nongye", "grounds": "县自然资源和规划局认为属设施农业用地，建议移送你单位处理。", "competence_reason": "县自然资源和规划局不予受理，并建议移送县农业农村局。"},
        },
    ),
    Story(
        "taji", "shengtai", "taji", "ST-002", "高邮湖畔某养殖场废水超标排放案", (COMPANY, "某生态养殖有限公司"), "塔集镇湖滨村",
        "养殖尾水未经处理直排入湖，水体发黑有异味，已取样。", TAKEN_BACK,
        "10 09:00 open; 10 09:40 files; 10 14:00 submit; 9 09:00 issue; 7 10:00 refuse; 6 09:30 reroute; 6 10:00 submit; 6 15:00 issue",
        {
            "refuse": {"reason": "该养殖场为水产养殖，不属畜禽养殖污染防治范围；尾水入河排污口由水行政主管部门先行核查。", "legal_basis": "《畜禽规模养殖污染防治条例》第二条", "suggested_unit": "shuiwu"},
            "reroute": {"receiver": "shuiwu", "grounds": "入湖排水口未经同意设置，县生态环境局建议由你单位先行核查。", "competence_reason": "县生态环境局不予受理，并建议移送县水务局。"},
        },
    ),
    # --- 其他镇（街道）移送部门 -------------------------------------------------------------------------
    Story(
        "taji", "shuiwu", "taji", "SW-004", "高邮湖西岸围垦鱼塘案", (PERSON, "韩某某"), "塔集镇夹沟村湖滩",
        "在湖滩筑埂围垦约8亩，未经批准。", NOT_OURS,
        "3 08:40 open; 3 09:20 files; 3 11:00 submit; 3 14:10 issue; 2 10:00 assign",
    ),
    Story(
        "taji", "shijian", "taji", "SJ-001", "塔集集镇某电动车行无照经营案", (SHOP, "某电动车行"), "塔集镇集镇路52号",
        "销售、改装电动自行车，不能出示营业执照。", TAKEN_BACK,
        "6 08:40 open; 6 09:20 files; 6 11:00 submit; 5 14:10 issue; 4 09:00 prepare_refuse",
        {"prepare_refuse": {"reason": "经查询登记系统，该车行已于上月办理营业执照，不属无照经营。", "legal_basis": "《无证无照经营查处办法》第二条", "suggested_unit": ""}},
    ),
    Story(
        "taji", "nongye", "taji", "NY-002", "塔集某农资店无证经营农药案", (SHOP, "某农资经营部"), "塔集镇陆河街8号",
        "货架上有农药27瓶，未取得农药经营许可证。", NOT_OURS,
        "5 09:00 open; 4 10:00 files", more={"goods": ["草铵膦, 12瓶, 1升, 未开封", "吡虫啉, 15瓶, 500毫升, 未开封"]},
    ),
    Story(
        "taji", "weijian", "taji", "WJ-002", "塔集集镇某诊所未取得执业许可擅自执业案", (PERSON, "许某"), "塔集镇集镇路9号",
        "许某在家中为人输液，现场有药品和输液器械。", NOT_OURS,
        "m320 open; m300 order_stop; m290 notify_competent; m270 files; m250 submit; m230 issue; m90 accept",
        more={"urgent": True, "ongoing": True},
    ),
    Story(
        "taji", "shengtai", "taji", "ST-001", "双桥村养猪场粪污直排案", (PERSON, "沈某某"), "塔集镇双桥村",
        "存栏生猪约400头，未建粪污处理设施即投入使用，经多年信访未决。", NOT_OURS,
        "4 09:00 open; 4 09:40 files; 4 14:00 submit; 3 09:00 issue; 2 10:30 accept",
        more={"legacy": True}, files=("complaint_material", "evidence", "negotiation_record"),
    ),
    Story(
        "jinnan", "shuiwu", "jinnan", "SW-003", "金南镇干渠堆放秸秆阻水案", (PERSON, "曹某某"), "金南镇中心干渠桥北",
        "渠道内堆放秸秆约30立方米，阻碍行水。", TAKEN_BACK,
        "5 09:00 open; 5 09:40 files; 5 14:00 submit; 4 09:00 issue; 3 10:00 request_supplement; 1 09:00 resubmit",
        {
            "request_supplement": {"items": ["秸秆堆放人的询问笔录", "堆放位置示意图"]},
            "resubmit": {"remarks": "询问笔录和位置示意图已随函补齐。"},
        },
    ),
    Story(
        "jinnan", "shijian", "jinnan", "SJ-004", "金南镇某豆制品作坊未取得生产许可案", (SHOP, "某豆制品作坊"), "金南镇抬饭村",
        "作坊日产豆腐约200斤，未登记，卫生条件差。", NOT_OURS,
        "2 09:00 open; 2 09:40 files; 2 14:00 submit; 1 09:00 issue",
    ),
    Story(
        "jinbei", "chengguan", "jinbei", "CG-008", "金北街道某楼盘围挡广告超面积案", (COMPANY, "某置业有限公司"), "金北街道建设北路",
        "楼盘围挡外设置大型喷绘广告约200平方米，未经批准。", TAKEN_BACK,
        "7 09:00 open; 7 09:40 files; 7 14:00 submit; 6 09:00 issue",
    ),
    Story(
        "jinbei", "shuiwu", "jinbei", "SW-002", "金北街道擅自修建跨河便桥案", (COMPANY, "某农业发展有限公司"), "金北街道徐梁村东干渠",
        "未经同意架设钢结构便桥一座，长14米。", NOT_OURS,
        "9 09:00 open; 2 09:40 files; 2 14:00 submit; 1 09:00 issue", {"submit": {"late_reason": "当事人多次更换，查明建设单位用时较长。"}},
    ),
    Story(
        "dailou", "shijian", "dailou", "SJ-001", "戴楼街道某汽修店无照经营案", (SHOP, "某汽车修理部"), "戴楼街道衡阳村路口",
        "从事汽车维修半年，未办理营业执照，废机油露天存放。", TAKEN_BACK,
        "6 08:40 open; 6 09:20 files; 6 11:00 submit; 5 14:10 issue; 3 16:00 accept; 2 09:00 assign",
    ),
    Story(
        "yintu", "shuiwu", "yintu", "SW-001", "入江水道银涂段滩地建设大棚案", (GROUP, "某水产专业合作社"), "银涂镇唐港村入江水道滩地",
        "滩地内建钢架大棚三座，影响行洪。", NOT_OURS,
        "24 09:00 open; 24 10:00 files; 24 15:00 submit; 23 09:30 issue; 21 10:00 accept; 17 10:00 case_file",
    ),
    Story(
        "qianfeng", "ziran", "qianfeng", "ZR-005", "前锋镇擅自在耕地上取土案", (PERSON, "马某某"), "前锋镇淮武村五组",
        "在耕地取土约500立方米外运，破坏种植条件，取土车辆仍在现场。", NOT_OURS,
        "1 08:30 open; 1 08:50 order_stop; 1 09:10 notify_competent; 1 09:40 files; 1 10:20 submit; 1 11:00 issue",
        more={"ongoing": True, "urgent": True},
    ),
    Story(
        "lvliang", "jiaotong", "lvliang", "JT-003", "吕良镇公路建筑控制区内搭建棚房案", (PERSON, "朱某"), "吕良镇331县道旁",
        "在公路用地外缘7米内搭建经营棚房一间。", NOT_OURS,
        "18 09:00 open; 18 10:00 files; 18 15:00 submit; 17 09:30 issue; 13 10:00 accept; 10 10:00 case_file; 5 10:00 case_decide; 4 10:00 report",
        {"case_decide": {"outcome": "minor"}, "report": {"outcome": "当事人已自行拆除棚房，未造成公路损坏，依法不予处罚。"}},
    ),
    Story(
        "lvliang", "zhujian", "lvliang", "ZJ-005", "吕良镇某门市无证经营瓶装燃气案", (SHOP, "某燃气门市"), "吕良镇集镇北街",
        "店内存放液化气钢瓶23只，未取得燃气经营许可。", NOT_OURS,
        "2 08:30 open; 2 08:50 mark_urgent; 2 09:40 files; 2 10:20 submit; 2 11:00 issue; 1 16:30 accept",
        {"mark_urgent": {"reason": "钢瓶存放于居民楼下，有爆炸危险。"}},
        more={"goods": ["液化气钢瓶, 23只, 15公斤, 部分锈蚀"]},
    ),
    Story(
        "qianfeng", "yingji", "qianfeng", "YJ-001", "前锋镇某铸造厂未配备安全管理人员案", (COMPANY, "某铸造有限公司"), "前锋镇工业集中区",
        "从业人员86人，未配备专职安全生产管理人员。", NOT_OURS,
        "2 10:00 open; 2 10:20 mark_urgent; 2 15:00 lift_urgency; 1 09:00 files",
        {"mark_urgent": {"reason": "现场有熔炼作业。"}, "lift_urgency": {"reason": "熔炼炉已停用检修，现场无紧急危险。"}},
    ),
    # --- 部门移送镇（街道） ---------------------------------------------------------------------------
    Story(
        "chengguan", "licheng", "licheng", "CG-009", "健康西路人行道堆放建材案", (SHOP, "某装饰材料店"), "健康西路203号门前",
        "店外人行道堆放瓷砖、水泥约6平方米，多次劝导未清理。", YOURS,
        "4 09:00 open; 4 09:40 files; 4 14:00 submit; 3 09:10 issue",
    ),
    Story(
        "zhujian", "licheng", "licheng", "ZJ-002", "世纪花园小区业主擅自占用绿地案", (PERSON, "王某"), "世纪花园12幢南侧",
        "业主将楼前绿地约15平方米硬化为私家院落。", YOURS,
        "6 09:00 open; 6 09:40 files; 6 14:00 submit; 5 09:10 issue", files=COMPLAINT,
    ),
    Story(
        "xiaofang", "licheng", "licheng", "XF-002", "向阳小区消防车通道被占用案", (COMPANY, "某物业服务有限公司"), "向阳小区北门",
        "消防车通道长期停放车辆并加装地锁，消防车无法通行。", YOURS,
        "1 09:00 open; 1 09:40 files; 1 14:00 submit; 1 16:00 issue",
    ),
    Story(
        "shijian", "licheng", "licheng", "CG-004", "淮河路农贸市场商户乱倒厨余垃圾案", (SHOP, "某水产摊位"), "淮河路农贸市场后门",
        "检查市场时发现摊主将鱼内脏倾倒于路边雨水口。", YOURS,
        "10 09:00 open; 10 09:40 files; 10 14:00 submit; 9 09:10 issue; 8 10:00 accept; 7 10:00 case_file; 3 10:00 case_decide; 2 15:00 case_execute; 2 16:00 report",
        {"case_decide": {"outcome": "penalty", "penalties": ["fine"], "fine": "200"}, "report": {"outcome": "已责令清理，处罚款200元，当事人已缴纳。"}},
    ),
    Story(
        "shuiwu", "taji", "taji", "SW-006", "塔集镇圩堤护坡被挖毁案", (PERSON, "孟某某"), "塔集镇黄庄圩堤",
        "圩堤护坡被挖开约4米取土，需立即恢复。", YOURS,
        "3 09:00 open; 3 09:40 files; 3 11:00 submit; 3 15:10 issue",
    ),
    Story(
        "ziran", "taji", "taji", "ZR-002", "塔集镇闵桥村未取得乡村建设规划许可证建房案", (PERSON, "薛某某"), "塔集镇闵桥村三组",
        "卫片核查发现新建二层住房，未取得乡村建设规划许可证。", "乡、村庄规划区内的违法建设依法由镇人民政府查处，属你单位管辖。",
        "6 09:00 open; 6 09:40 files; 6 14:00 submit; 5 09:10 issue; 3 15:00 request_supplement",
        {"request_supplement": {"items": ["卫片图斑与现场坐标的对照", "宗地权属资料"]}},
    ),
    Story(
        "nongye", "taji", "taji", "NY-001", "塔集镇村民非法占地建住宅案", (PERSON, "叶某某"), "塔集镇高桥村",
        "未经批准占用耕地约140平方米建住宅，已建至一层。", YOURS,
        "8 09:00 open; 8 09:40 files; 8 14:00 submit; 7 09:10 issue; 5 15:00 accept; 2 10:00 case_file",
    ),
    Story(
        "jiaotong", "jinnan", "jinnan", "JT-002", "金南镇农产品运输车辆污染公路案", (PERSON, "郭某"), "金南镇264省道",
        "运输车辆沿途抛洒泥土，造成路面污染约800米。", YOURS,
        "2 09:00 open; 2 09:40 files; 2 14:00 submit; 2 16:10 issue",
    ),
    Story(
        "chengguan", "yintu", "yintu", "CG-006", "银涂镇渣土车抛洒案", (COMPANY, "某土石方工程有限公司"), "银涂镇涂沟集镇",
        "渣土车未密闭运输，沿集镇主街遗撒。", YOURS,
        "4 15:00 open; 1 09:40 files; 1 10:30 submit",
    ),
    # --- 部门之间、镇（街道）之间 ----------------------------------------------------------------------
    Story(
        "chengguan", "shuiwu", "licheng", "SW-005", "某混凝土搅拌站擅自取用河水案", (COMPANY, "某商品混凝土有限公司"), "工业园区东区利农河边",
        "渣土整治中发现搅拌站架设水泵从河道取水，无取水许可。", "取水许可的监督管理和处罚属你单位职责。",
        "4 09:00 open; 4 09:40 files; 4 14:00 submit; 3 09:10 issue",
    ),
    Story(
        "gongan", "shijian", "licheng", "SJ-001", "某网约房无照经营线索", (PERSON, "丁某某"), "黎城街道金湖西路公寓楼",
        "治安检查中发现当事人以公寓对外经营住宿，未办理营业执照。", "无照经营的查处属你单位职责。",
        "3 09:00 open; 3 09:40 files; 3 14:00 submit; 2 09:10 issue",
    ),
    Story(
        "licheng", "jinbei", "jinbei", "CG-005", "金北街道交界处乱倒建筑垃圾案", (NOBODY, ""), "黎城、金北交界处废弃厂区",
        "巡查发现交界处倾倒建筑垃圾约20车，现场位于金北街道辖区内。", YOUR_PLACE,
        "3 09:00 open; 3 09:40 files; 3 14:00 submit; 2 09:10 issue; 1 15:00 accept",
    ),
    Story(
        "jinbei", "licheng", "licheng", "CG-003", "建设路沿街阳台外堆放杂物案", (PERSON, "潘某"), "建设路交界处住宅楼",
        "阳台外加装支架堆放杂物，有坠落危险。", YOUR_PLACE,
        "2 09:00 open; 2 09:40 files; 2 14:00 submit; 1 09:10 issue",
    ),
    # --- 纸质 ---------------------------------------------------------------------------------------
    Story(
        "licheng", "yancao", "licheng", "", "某便利店无证零售卷烟案", (SHOP, "某便利店"), "黎城街道新建路15号",
        "店内销售卷烟，不能出示烟草专卖零售许可证。", "烟草专卖零售的查处属你单位职责。",
        "7 09:00 open; 7 09:40 files; 7 14:00 submit; 6 09:10 issue; 6 15:00 record_delivery; 4 10:00 paper_accept",
        {"paper_accept": {"paper_number": "金烟专受〔{year}〕7号"}}, more={"goods": ["卷烟, 42条, 混装, 完好"]},
    ),
    Story(
        "shijian", "yancao", "licheng", "", "某酒类商行无证批发卷烟案", (SHOP, "某名酒商行"), "黎城街道神华大道88号",
        "检查酒类商行时发现成箱卷烟，涉嫌无证批发。", "烟草专卖批发的查处属你单位职责。",
        "3 09:00 open; 3 09:40 files; 3 14:00 submit; 2 09:10 issue",
    ),
    Story(
        "yancao", "shijian", "licheng", "", "某小超市销售过期食品线索", (SHOP, "某生活超市"), "黎城街道金湖路120号",
        "烟草检查时发现货架上有过期食品。", "食品安全监督管理属你单位职责。", "1 10:30 register_paper",
        more={"paper_number": "金烟专移〔{year}〕3号"},
    ),
]
