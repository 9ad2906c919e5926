"""Showing an identity to an officer: the password again, a reason, a log that stands before anything is opened."""

from django.contrib.auth import authenticate
from django.db import transaction

from .models import RevealLog

SHORTEST_REASON = 5
LONGEST_REASON = 500


class NotAllowed(Exception):
    """This officer has no part in it. Pages answer as if there were nothing."""


class BadReveal(Exception):
    """`field`: what has to be mended, `message`: how."""

    def __init__(self, field, message):
        super().__init__(message)
        self.field, self.message = field, message


def confirm_password(request, officer, password) -> None:
    """The officer's own password again. Wrong ones are counted with those of the log-in page, and lock as there."""
    again = authenticate(request=request, username=officer.get_username(), password=password or "")
    if again is None or again.pk != officer.pk:
        raise BadReveal("password", "密码不对，没有打开身份信息。")


def checked_reason(reason) -> str:
    reason = " ".join((reason or "").split())
    if len(reason) < SHORTEST_REASON:
        raise BadReveal("reason", f"请写明查看事由，至少 {SHORTEST_REASON} 个字，例如“电话核实现场情况”。")
    return reason[:LONGEST_REASON]


def reveal(identity, officer, reason, **given) -> dict:
    """{kind: Clear} of the identity, after it is logged (`written`)."""
    return opened_after(written(identity, officer, reason, **given))


def opened_after(log) -> dict:
    """{kind: Clear} of the identity that a committed log says was asked for; there is no other way to one."""
    return log.identity.opened()


def written(identity, officer, reason, *, unit, allowed, address=None, about="", told=None) -> RevealLog:
    """The log, committed, for whoever opens the identity next.

    `allowed(identity, officer, unit)` says whether this officer may at all; `told(log)` writes the notice to the leader
    in the log's transaction. That one is the outermost and is committed before anything is opened: a crash afterwards
    leaves a log of what was not seen, never the other way round.
    """
    if identity is None or identity.is_erased or not allowed(identity, officer, unit):
        raise NotAllowed
    reason = checked_reason(reason)
    with transaction.atomic(durable=True):
        log = RevealLog.objects.create(
            identity=identity, officer=officer, officer_name=officer.name, unit=unit, unit_name=unit.short_name,
            reason=reason, address=address, about=about[:200],
        )  # fmt: skip
        if told is not None:
            told(log)
    return log
