"""In which words a leader's decision is spoken of: a letter is signed (签发), what goes out to nobody is approved (审批)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signature:
    verb: str
    # What the clerk does, who has prepared it.
    sent: str
    waiting: str
    done: str
    not_done: str
    # What can be sent back: "移送函稿", "不予立案".
    draft: str

    def asked_for(self, thing):
        """Prepared: "拟移送函，送负责人签发"."""
        return f"拟{thing}，送负责人{self.verb}"


LETTER = Signature("签发", "送签", "待签发", "已签发", "没有签发", "稿")
APPROVAL = Signature("审批", "报批", "待审批", "已批准", "没有批准", "")
