"""What is photographed: every page an officer meets, at a desk and on a phone, in the sample county.

The name is the file's in docs/screenshots; `path` may name a matter of the sample county by its state as {state:unit}:
the newest transfer in that state that waits for that unit. tests/docs/test_screenshots.py holds that the list, the
files and the texts that show them agree.
"""

from dataclasses import dataclass, field

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CLERK, LEADER, ANSWERER, SIGNER, ADMIN = "licheng_clerk", "licheng_leader", "shijian_clerk", "shijian_leader", "admin"
OTHER, CENTRE = "chengguan_clerk", "zhihui_clerk"
NOBODY = ""


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, which, and what is done on it before (`click`: selectors, one after another)."""

    name: str
    officer: str
    path: str
    click: tuple[str, ...] = ()
    fill: dict = field(default_factory=dict)
    whole: bool = False  # the whole length instead of the first screen
    dark: bool = False


# Where the sample county's letters are signed.
BAR = {"[name=left]": "30", "[name=top]": "42", "[name=width]": "50", "[name=height]": "15"}
SHOTS = (
    Shot("login", NOBODY, "/login/"),
    Shot("worklist", CLERK, "/"),
    Shot("worklist-leader", LEADER, "/"),
    Shot("worklist-department", ANSWERER, "/"),
    Shot("worklist-dark", CLERK, "/", dark=True),
    Shot("new", CLERK, "/new/"),
    Shot("transfer-new", CLERK, "/transfers/new/"),
    Shot("transfer-check", CLERK, "/transfers/{draft:licheng}/", whole=True),
    Shot("transfer-paper", ANSWERER, "/transfers/new/register_paper/"),
    Shot("submit", CLERK, "/transfers/{draft:licheng}/steps/submit/"),
    Shot("sign", LEADER, "/transfers/{signing:licheng}/sign/issue/"),
    Shot("send-back", LEADER, "/transfers/{signing:licheng}/steps/send_back/"),
    Shot("signing", LEADER, "/signing/?queue={queue:licheng}"),
    Shot("mandates", LEADER, "/mandates/"),
    Shot("transfer-detail", ANSWERER, "/transfers/{sent:shijian}/", whole=True),
    Shot("print-menu", CLERK, "/transfers/{sent:shijian}/", click=("#print-menu > summary",)),
    Shot("print", CLERK, "/prints/{print:licheng}/"),
    Shot("acknowledge", ANSWERER, "/transfers/{sent:shijian}/steps/accept/"),
    Shot("refuse", ANSWERER, "/transfers/{sent:shijian}/steps/prepare_refuse/"),
    Shot("supplement", ANSWERER, "/transfers/{sent:shijian}/steps/request_supplement/"),
    Shot("resubmit", CLERK, "/transfers/{supplement:licheng}/", whole=True),
    Shot("transfers", CLERK, "/transfers/"),
    Shot(
        "transfers-filter", CLERK, "/transfers/?state=sent&state=accepted&sort=due_at", click=("[data-panel=filter]",)
    ),
    Shot("transfers-columns", CLERK, "/transfers/", click=("[data-panel=columns]",)),
    Shot("transfers-views", LEADER, "/transfers/?state=sent&sort=number", click=("[data-panel=views]",)),
    Shot("cases", CLERK, "/cases/"),
    Shot("case", CLERK, "/cases/{case:licheng}/", whole=True),
    Shot("case-decide", CLERK, "/cases/{case:filed:licheng}/steps/decide/", whole=True),
    Shot("case-approve", LEADER, "/cases/{extend_decision:licheng}/sign/extend_decision/"),
    Shot("complaints", CLERK, "/complaints/"),
    Shot("complaint-new", CLERK, "/complaints/new/", whole=True),
    Shot("complaint", CLERK, "/complaints/{complaint:checking:licheng}/", whole=True),
    Shot("complaint-refused", "jinnan_clerk", "/complaints/{complaint:checking:jinnan}/", whole=True),
    Shot("complaint-taken-on", CLERK, "/complaints/{complaint:in_case:licheng}/", whole=True),
    Shot("complaint-notified", OTHER, "/complaints/{complaint:notified:chengguan}/", whole=True),
    Shot("complaint-notify", OTHER, "/complaints/{complaint:registered:chengguan}/steps/prepare_notify_township/"),
    Shot("complaint-import", CENTRE, "/complaints/import/"),
    Shot("complaint-import-found", CENTRE, "/complaints/import/{orders:zhihui}/", whole=True),
    Shot("complaint-dispatch", CENTRE, "/complaints/{complaint:registered:zhihui}/steps/dispatch/"),
    Shot("complaint-dispatched", CLERK, "/complaints/{dispatched:licheng}/", whole=True),
    Shot("reveal", CLERK, "/complaints/{complaint:registered:licheng}/identity/"),
    Shot("redact", CLERK, "/materials/{scan:licheng}/redact/", click=("[data-add]",), fill=BAR, whole=True),
    Shot("find-identity", CLERK, "/complaints/identity/"),
    Shot("feed", CLERK, "/information/feed/"),
    Shot("information", OTHER, "/information/{information:published:chengguan}/", whole=True),
    Shot("information-change", CLERK, "/information/{information:change:chengguan}/", whole=True),
    Shot("information-new", ANSWERER, "/information/new/", whole=True),
    Shot("subscriptions", CLERK, "/information/subscriptions/"),
    Shot("data-request", OTHER, "/data-requests/{data_request:asked:chengguan}/", whole=True),
    Shot("data-request-new", OTHER, "/data-requests/new/", whole=True),
    Shot("data-answer", "jinbei_clerk", "/data-requests/{data_request:asked:chengguan}/steps/answer/"),
    Shot("training", OTHER, "/trainings/{training:announced:chengguan}/"),
    Shot("question", OTHER, "/questions/{question:answered:chengguan}/"),
    Shot("powers", CLERK, "/powers/"),
    Shot("power", CLERK, "/powers/CG-001/", whole=True),
    Shot("power-edit", OTHER, "/powers/CG-001/edit/", whole=True),
    Shot("power-gaps", OTHER, "/powers/gaps/"),
    Shot("letters", CLERK, "/letters/"),
    Shot("letter", CLERK, "/letters/{transfer_letter:licheng}/"),
    Shot("mailing", CLERK, "/letters/{reply_letter:licheng}/mailing/"),
    Shot("notices", CLERK, "/notices/"),
    Shot("search", CLERK, "/search/?q=某"),
    Shot("calendar", CLERK, "/calendar/{year}/"),
    Shot("help", CLERK, "/transfers/new/", click=(".jh-help",)),
    Shot("handbook", CLERK, "/handbook/"),
    Shot("verify", NOBODY, "/verify/"),
    Shot("password", CLERK, "/password/"),
    Shot("me", CLERK, "/me/"),
    Shot("setup", ADMIN, "/setup/", whole=True),
    Shot("not-found", CLERK, "/transfers/999999/"),
    Shot("ui", ADMIN, "/ui/", whole=True),
    Shot("admin", ADMIN, "/admin/"),
    Shot("admin-list", ADMIN, "/admin/organizations/officer/"),
    Shot("admin-form", ADMIN, "/admin/organizations/power/1/change/"),
)


def file_name(shot, phone=False) -> str:
    return f"{shot.name}{'-phone' if phone else ''}.webp"


def file_names() -> list[str]:
    return [file_name(shot, phone) for shot in SHOTS for phone in (False, True)]
