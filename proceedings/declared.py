"""The nouns of a declaration: who takes part, where a matter can stand, what runs against whom, what is issued.

Declarations take them from declare.py, with the verbs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


class Named:
    """A declared thing; learns its code from the name that it is assigned to."""

    code = ""

    def __set_name__(self, owner, name):
        # Only the first time: a view that carries a step as its attribute must not rename it.
        self.code = self.code or name


@dataclass(eq=False)
class Role(Named):
    label: str
    # Where the matter is listed for this role's unit: "in" (来件), "out" (去件) or "" (neither).
    box: str = ""
    many: bool = False


@dataclass(eq=False)
class State(Named):
    """`holder`: the role that has the ball (球在谁手里). `turns`: the roles in whose worklist it is
    (the holder's by default). `waiting`: what is awaited, a verb phrase for "由 X …". `meanwhile`: what is
    said to a role whose turn it is too, though nothing is awaited of it: {role: "等待补正（仍可先行受理）"}. `period`:
    the one that meets what is awaited, where others may run beside it and end before it; those are then named."""

    label: str
    holder: str | None = None
    turns: tuple[str, ...] | None = None
    waiting: str = ""
    meanwhile: dict[str, str] = field(default_factory=dict)
    period: str = ""
    final: bool = False
    # Whether the state track shows it (exits such as 撤回 appear only when they happen).
    track: bool = True

    @property
    def whose_turn(self):
        if self.turns is not None:
            return self.turns
        return (self.holder,) if self.holder and not self.final else ()

    def beside(self, clock):
        """Whether `clock` runs for something else than what is awaited."""
        return bool(self.period and clock is not None and clock.period != self.period)

    def waiting_for(self, role):
        return self.meanwhile.get(role, self.waiting)


@dataclass(eq=False)
class Period(Named):
    """A period (时限). `runs_from(record)` gives its start (default: the act's moment), `not_after(record)` the
    Deadline of another period that it may not outlast. `automatic`: the step that the system performs when it runs out.
    `binds(record)`: whether a statutory limit binds by law here (township ↔ department) or is managerial."""

    label: str
    limit: str
    on: str
    clause: str = ""
    runs_from: Callable | None = None
    not_after: Callable | None = None
    automatic: str = ""
    binds: Callable | None = None
    # applies(record): whether it runs in this record at all (default: always).
    applies: Callable | None = None
    # amount(record): how long it is in this record, in the limit's unit, where whoever opens it says so.
    amount: Callable | None = None
    # It starts, or stops, with the delivery of the letter that the step issues: at once on the platform, on paper
    # when the delivery is recorded (delivery.py).
    from_delivery: bool = False
    until_delivery: bool = False

    def __set_name__(self, owner, name):
        # A period goes by its limit's code, in REST and in the tables alike.
        self.code = self.limit


@dataclass(eq=False)
class LetterKind(Named):
    """A letter that a step issues. `word` is the kind's word in the number (金黎执**移**〔2026〕1号);
    `content(act)` gives a letters.layout.LetterContent without number and date. `to` is a role, or
    None for a letter to a person outside (`addressee` in the content names him)."""

    title: str
    word: str
    content: Callable
    by: str
    to: str | None = None
    # Whether the letter's number becomes the matter's own.
    numbers: bool = False
    # Addressed to the person whose identity is sealed: the letter names him by a number, and the copy that is posted
    # has his name, behind the reveal (mailing.py).
    to_sealed: bool = False
    # delivered(act, at): what its delivery changes in the record, beside state and clocks.
    delivered: Callable | None = None
