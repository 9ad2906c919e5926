"""Which section of the handbook (docs/handbook) explains which page: the one place where that is said.

Key: an address's name; "*:name" is that page of every procedure, "kind:name" of one, with ":step" behind it of one step.
The most particular key counts. Value: "part#heading", several of them where officers of different posts need another;
the officer's own part counts first, else the first one. tests/docs/test_help.py holds that every page has a section
and that every section exists.
"""

SECTIONS = {
    "worklist": ("经办人#待办", "负责人#待我签发", "部门受理人员#收到移送"),
    "new": ("经办人#新建移送",),
    "search": ("经办人#查找与台账",),
    "notices": ("经办人#待办", "负责人#时限与督办", "部门受理人员#收到移送"),
    "letters": ("经办人#查找与台账",),
    "letter": ("部门受理人员#公文的真伪",),
    "material_remove": ("负责人#哪些必须由负责人办理", "经办人#上传材料"),
    "password_change": ("经办人#登录",),
    "password_change_done": ("经办人#登录",),
    "sessions": ("经办人#登录",),
    "workdays:year": ("经办人#时限怎么算", "系统管理员#工作日历"),
    # every procedure's pages
    "*:list": ("经办人#查找与台账",),
    "*:open": ("经办人#新建移送",),
    "*:open_by": ("经办人#新建移送",),
    "*:detail": ("经办人#对方答复以后", "负责人#哪些必须由负责人办理", "部门受理人员#收到移送"),
    "*:step": ("经办人#送签", "负责人#哪些必须由负责人办理", "部门受理人员#三种答复"),
    "*:sign": ("负责人#待我签发",),
    # 案件移送
    "transfer:open_by:register_paper": ("部门受理人员#纸质来函和代录", "经办人#登记纸质来函"),
    "transfer:step:accept": ("部门受理人员#三种答复",),
    "transfer:step:prepare_refuse": ("部门受理人员#三种答复",),
    "transfer:step:refuse": ("部门受理人员#三种答复",),
    "transfer:step:request_supplement": ("部门受理人员#三种答复",),
    "transfer:step:report": ("部门受理人员#办理与反馈",),
    "transfer:step:notify_competent": ("经办人#正在进行的违法行为：及时告知",),
    "transfer:step:submit": ("经办人#送签",),
    "transfer:step:resubmit": ("经办人#对方答复以后",),
    "transfer:step:revise": ("经办人#新建移送",),
    "transfer:step:mark_urgent": ("经办人#新建移送",),
    "transfer:step:record_delivery": ("经办人#送签",),
    "transfer:step:close": ("经办人#对方答复以后",),
    "transfer:step:reroute": ("经办人#对方答复以后",),
    "transfer:step:take_back": ("经办人#对方答复以后",),
}
