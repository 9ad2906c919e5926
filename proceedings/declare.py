"""The words in which a procedure is declared. Pages, REST, permissions, clocks, letters, notices and
the timeline all derive from one class body; see docs/adding-a-procedure.md.

    class TransferProcedure(Procedure):
        code, name, clause, model, slug = "transfer", "案件移送", "M3.1", Transfer, "transfers"
        sender, receiver = Role("移送单位"), Role("受移送单位")
        sent = State("已送达", holder="receiver", waiting="书面告知受理情况")
        acknowledge = Period("受理告知", limit="acknowledge", on="receiver", clause="M3.1.3")
        accept = Step("受理", ("sent",), "accepted", by="receiver", permission="referrals.acknowledge_transfer", …)
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

from .declared import LetterKind, Named, Period, Role, State
from .forms import StepForm
from .registry import register
from .signature import APPROVAL, LETTER


@dataclass(eq=False)
class Step(Named):
    """An act. Who: `by` (role, or "system") and `permission`. When: `from_states`. What then: `to`
    (None = unchanged). `effect(act)` may do more and may raise Refused."""

    label: str
    from_states: tuple[str, ...]
    to: str | None = None
    _: KW_ONLY
    by: str | tuple[str, ...] = ""
    permission: str = ""
    form: type[StepForm] = StepForm
    said: str = ""
    clause: str = ""
    requires: tuple[Callable, ...] = ()
    # when(record) → bool: whether the step is on the table at all in this record (else 409).
    when: Callable | None = None
    # for_unit(record, unit) → bool: whether this unit has anything to do in it.
    for_unit: Callable | None = None
    effect: Callable | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    # Clocks that stand still until another step resumes them (中止).
    suspends: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    # The sentence of the notice; the default is made of who did what.
    telling: Callable | None = None
    letter: str = ""
    # letter_when(record): whether this performance issues the letter at all (default: always).
    letter_when: Callable | None = None
    # A second letter of the same act, to a person outside; what is signed is the first.
    encloses: str = ""
    encloses_when: Callable | None = None
    # The state while the letter is on its way to a unit served on paper; the recorded delivery then leads to `to`.
    until_delivered: str = ""
    # signed: speaks for the unit; a clerk may prepare it, `permission` is the signer's. With a letter the leader signs
    # that (签发), without one he approves what was entered (审批).
    signed: bool = False
    prepare_permission: str = ""
    prepares: str = ""
    returns: str = ""
    each_party: bool = False
    # May be entered for a unit that is served on paper (代录), by an officer of another party.
    on_paper: bool = False
    creates: bool = False
    # Does not bump the version and needs none (assignment, receipts).
    aside: bool = False
    # Page: key acts are filled in the timeline; rare ones are text on the right of the act panel.
    key: bool = True
    rare: bool = False
    # A sentence on what cannot be undone; the page then asks for confirmation.
    consequence: str = ""
    verb: str = ""
    # Drafting: its event is read by the acting unit only (inner.py). Preparing and returning always are.
    inner: bool = False
    # It ends a case: refused while a proceeding about it is open, and its page lists those (closing.py).
    concludes: bool = False
    # 案件已结: how a proceeding ends with its case; made by EndWithCase.
    ends_with_case: bool = False
    # The entry that names another proceeding, which is locked with the record.
    locks: str = ""
    # An opening step that follows from another act alone: no page, no REST, no office of its own.
    follows: bool = False

    def __post_init__(self):
        self.inner = bool(self.inner or self.prepares or self.returns)

    @property
    def roles(self):
        return (self.by,) if isinstance(self.by, str) else tuple(self.by)

    def letter_for(self, record):
        """The code of the letter that the step issues on `record` as it stands, or ""."""
        return self.letter if self.letter_when is None or self.letter_when(record) else ""

    def signature(self, record=None):
        """The words for its signature: of a letter, or of what issues none (in `record`, where one is given)."""
        return LETTER if (self.letter if record is None else self.letter_for(record)) else APPROVAL

    @property
    def by_system(self):
        return "system" in self.roles


def Prepare(step, label, from_states, to=None, **options):
    """送签: make `step` ready for the leader's signature."""
    return Step(label, from_states, to, prepares=step, **options)


def SendBack(step, label, from_states, to=None, **options):
    """退回修改: the leader returns what was prepared for `step`, with remarks."""
    from .forms import SendBackForm

    options.setdefault("form", SendBackForm)
    return Step(label, from_states, to, returns=step, **options)


def EndWithCase(to, from_states, *, permission, **options):
    """案件已结: end this matter because its case is about to be concluded; by the unit that answers for the case."""
    from . import closing

    options.setdefault("form", closing.EndForm)
    return Step(
        "案件已结，办结本件", from_states, to, by="handler_of_case", permission=permission, when=closing.case_is_ending,
        said="案件已结，办结本件", verb="办结", key=False, rare=True, ends_with_case=True, **options,
    )  # fmt: skip


@dataclass
class On:
    """A reaction (§3): when `steps` of procedure `kind` are performed, run `effect(act, record)` in the same
    transaction on this procedure's linked records. `via`: "case" (the case of the acting proceeding),
    "origin" (the one it was opened from), "opened" (those opened from it), "about" (those about the case that it is, or is
    about; where it is the case, they end with it and do not keep it open) or "" (none: the effect opens something of its
    own, and is called once, with None). `to`: the states to which the effect may take the record (`record.to`)."""

    kind: str
    steps: tuple[str, ...] | str
    effect: Callable
    via: str = "case"
    to: tuple[str, ...] = ()
    # when(act): whether it concerns this act at all; asked before anything is read.
    when: Callable | None = None

    def __post_init__(self):
        self.steps = (self.steps,) if isinstance(self.steps, str) else tuple(self.steps)


class Procedure:
    """Base of all declarations; never instantiated."""

    code = ""
    name = ""
    clause = ""
    model = None
    # In addresses: /transfers/, /api/transfers/.
    slug = ""
    icon = "file-text"
    # The thing in the sentence "签发 移送函" of a worklist row.
    thing = ""
    # Attributes of the record shown and served beside the common ones; "case.place" follows a relation.
    shown: tuple[str, ...] = ()
    # What the timeline says of the other unit's first look, its receipt.
    seen_said = "首次查看"
    # Lists: the columns shown unless an officer chooses (listing/columns.py), filters beside the engine's own
    # (listing/filters.py), and what the text filter and the search look through beside title and number.
    columns: tuple = ("title", "number", "units", "state", "due")
    filters: tuple = ()
    searched: tuple[str, ...] = ()
    # Ways beside "new" above the list: ((name of the address, label, icon, permission), …).
    list_links: tuple[tuple[str, str, str, str], ...] = ()
    # {codename: (label, *groups)}; codenames live on the model's content type.
    permissions: dict[str, tuple] = {}
    material_kinds: dict[str, str] = {}
    # The model's key to sealing.SealedIdentity, if the matter has somebody whose identity is sealed; its page then leads
    # the unit that keeps it to the reveal.
    sealed_identity = ""
    # Who that is, in the words of pages: 投诉人.
    sealed_label = "身份信息"
    # Kinds of material that come from that person: only the unit that keeps the identity reads them (originals.py).
    sealed_materials: tuple[str, ...] = ()
    # The model's key to the unit that the matter is about, which neither handles nor sees it (barring.py).
    bars = ""
    reacts: tuple[On, ...] = ()
    # The opening step that "new" pages and POST use.
    opening = "open"
    # Pages of its own beside the lists of its system: ((name of the address, label, names of pages below it …), …).
    pages: tuple[tuple[str, ...], ...] = ()
    # What REST gives of a record beside `shown`: {name: serializer field}; `represented` fills it for who asks.
    represents: dict = {}
    # Named views, in which a procedure that does not fit may override a template.
    templates: dict[str, str] = {}

    roles: dict[str, Role] = {}
    states: dict[str, State] = {}
    steps: dict[str, Step] = {}
    periods: dict[str, Period] = {}
    letters: dict[str, LetterKind] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        found = {Role: {}, State: {}, Step: {}, Period: {}, LetterKind: {}}
        for base in reversed(cls.__mro__):
            for value in vars(base).values():
                if type(value) in found:
                    found[type(value)][value.code] = value
        cls.roles, cls.states, cls.steps = found[Role], found[State], dict(found[Step])
        cls.periods, cls.letters = found[Period], found[LetterKind]
        cls._add_preparing_steps()
        cls._add_common_steps()
        if cls.code:
            register(cls)

    @classmethod
    def _add_preparing_steps(cls):
        """Every signed step can be prepared and sent back, whether or not its procedure names a state for it."""
        from .forms import SendBackForm

        for step in list(cls.steps.values()):
            named = {s.prepares for s in cls.steps.values()}
            if not step.signed or not step.prepare_permission or step.code in named or step.creates:
                continue
            thing, words = step.verb or step.label, step.signature()
            pair = {
                f"prepare_{step.code}": Step(
                    f"拟{thing}{words.sent}", step.from_states, by=step.by, permission=step.prepare_permission,
                    form=step.form, when=step.when, for_unit=step.for_unit, prepares=step.code,
                    said=words.asked_for(thing), clause=step.clause, key=False, rare=step.rare,
                ),
                f"send_back_{step.code}": Step(
                    "退回修改", step.from_states, by=step.by, permission=step.permission, form=SendBackForm,
                    returns=step.code, said=f"退回{thing}{words.draft}，请修改", clause=step.clause, key=False,
                ),
            }  # fmt: skip
            for name, made in pair.items():
                made.code = name
                cls.steps[name] = made

    @classmethod
    def _add_common_steps(cls):
        from .common import assign_step, delivery_step

        issuers = tuple(dict.fromkeys(k.by for k in cls.letters.values() if k.to and k.by in cls.roles))
        if issuers and "record_delivery" not in cls.steps:
            cls.steps["record_delivery"] = delivery_step(tuple(cls.states), issuers)
        live = tuple(code for code, state in cls.states.items() if not state.final)
        if live and "assign" not in cls.steps:
            cls.steps["assign"] = assign_step(live)

    # Beside the form of a new matter: `opening_summary(form, officer, saved)` gives the context of
    # proceedings/_summary.html, `opening_letter(form, officer, saved)` the LetterContent as typed so far.
    opening_summary = None
    opening_letter = None
    opening_label = ""

    # --- questions -------------------------------------------------------------------------------

    @classmethod
    def step(cls, code):
        """The step `code`; KeyError if there is none."""
        return cls.steps[code]

    @classmethod
    def outgoing(cls):
        """The codes of the roles whose units sent the matter."""
        return {r.code for r in cls.roles.values() if r.box == "out"}

    @classmethod
    def opening_steps(cls):
        """By which an officer opens one."""
        return [s for s in cls.steps.values() if s.creates and not s.follows]

    @classmethod
    def lines(cls, name):
        """The LinesField under this name in the steps' forms: it knows the columns of what was stored."""
        from .lines import LinesField

        for step in cls.steps.values():
            field = step.form.base_fields.get(name)
            if isinstance(field, LinesField):
                return field
        return None

    @classmethod
    def track(cls, record):
        """The states of the track for `record`: the usual way, or what it passed and the exit it took."""
        return [state for code, state in cls.states.items() if state.track or code == record.state]

    @classmethod
    def after_opening(cls, record):
        """Where the officer goes after opening `record`: an address or the record itself."""
        return record

    @classmethod
    def summary(cls, record):
        """The second line under the title; overridden where the record has more to say."""
        return ""

    @classmethod
    def summary_of_row(cls, record):
        """The second line of a list's row; without queries of its own."""
        return ""

    @classmethod
    def may_reveal(cls, record, officer):
        """Beside custody and permission: whether this officer may ask for the sealed identity; overridden by procedures."""
        return True

    @classmethod
    def also_awaited(cls, record):
        """What is awaited of the unit whose turn it is beside what the state waits for, a verb phrase; of a row too, so
        without queries."""
        return ""

    @classmethod
    def represented(cls, record, request):
        """The values of `represents`, as far as the officer who asks may read them."""
        return {}

    @classmethod
    def hints(cls, record, officer):
        """[(kind, sentence, url|None)] of remarks for the detail page, with the link's words as a fourth if they are
        not 查看; overridden by procedures."""
        return []
