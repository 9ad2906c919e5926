"""What is plausible of the moments that a case begins with. Each rule says in Chinese what to do."""

from datetime import timedelta

FURTHEST_BACK = timedelta(days=5 * 366)


def moment_problem(at, now, what):
    """`what` is the moment's name in the sentence: "发现时间"."""
    if at > now:
        return f"{what}不能晚于现在，请核对。"
    if at < now - FURTHEST_BACK:
        return f"{what}早于五年前，请核对年份。"
    return None
