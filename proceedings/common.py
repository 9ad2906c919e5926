"""Steps that every procedure has."""

from .forms import AssignForm


def _assign(act):
    act.record.assignee = act.data["officer"]


def assign_step(states):
    """分办: the unit that holds the matter gives it to one of its officers."""
    from .declare import Step

    step = Step(
        "分办", states, by="holder", permission="proceedings.assign_proceeding", form=AssignForm,
        effect=_assign, said="分办", aside=True, key=False, rare=True,
    )  # fmt: skip
    step.code = "assign"
    return step
