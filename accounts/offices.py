"""The groups in words: what an officer may do, as the officer's own page and the administration say it."""

from organizations import groups

DUTIES = {
    groups.CLERK: "登记、拟稿、送签、受理、要求补正、反馈、留言、代录",
    groups.LEADER: "经办人的全部，加签发、撤回、分办、移除误传材料",
    groups.LIAISON: "列入联络名单，供其他单位联系",
    groups.SUPERVISOR: "查看全部事项（监督），不能代替办理",
    groups.ADMINISTRATOR: "单位、人员、派驻、权责清单、事项下放、联络人、值班、日历、管理时限、发文字号、运行状况",
}


def in_words(officer) -> list[tuple[str, str]]:
    """[(group, what it stands for)] in the order of groups.ALL; a unit's own group, for sharing, is no office."""
    found = [(name, DUTIES[name]) for name in groups.ALL if name in officer.group_names]
    if officer.is_superuser:
        found.append(("超级管理员", "系统管理的全部，加查询事项、监督员和超级用户的账号"))
    return found
