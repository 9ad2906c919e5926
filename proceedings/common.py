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


def delivery_step(states, issuers):
    """记录纸质送达: the unit that issued a letter to a unit served on paper records when it reached it."""
    from . import delivery
    from .declare import Step

    step = Step(
        "记录纸质送达", states, by=issuers, permission="proceedings.record_paper", form=delivery.DeliveryForm,
        for_unit=delivery.has_to_serve, requires=(delivery.late_delivery_explained,), effect=delivery.record_delivery,
        said="纸质送达公文", verb="送达",
    )  # fmt: skip
    step.code = "record_delivery"
    return step
