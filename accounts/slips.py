"""One-time slips (一次性口令单): there is no mail on the intranet, so a first password travels on paper.

It opens the account once, until a day, and is to be changed at once. Between printing and changing nothing else
opens the account: earlier sessions and tokens end with the old password.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts import codes, tokens
from accounts.hashers import SlipPasswordHasher
from accounts.models import Slip
from organizations.models import Officer

AT_ONCE = 100  # as many as somebody hands out before the next batch

SPENT = {
    "used": "这张口令单已经用过，不能再登录。请找系统管理员重新打印口令单。",
    "expired": "这张口令单已过有效期，不能再登录。请找系统管理员重新打印口令单。",
}
CHANGE_FIRST = "密码是一次性口令，请先在网页上登录并修改密码。"


@dataclass(frozen=True)
class Printed:
    """What stands on one slip. The password exists here and on paper only."""

    officer: Officer
    password: str
    expires_at: datetime

    @property
    def last_day(self):
        return timezone.localdate(self.expires_at) - timedelta(days=1)


@transaction.atomic
def issue(officers, actor=None) -> list[Printed]:
    """New one-time passwords for active officers, in the order given; earlier passwords, sessions and tokens end."""
    wanted = {officer.pk: officer for officer in officers}
    locked = Officer.objects.select_for_update(of=("self",)).select_related("unit").order_by("pk")
    found = {officer.pk: officer for officer in locked.filter(pk__in=wanted, is_active=True)}
    return [_issue(found[pk], actor) for pk in wanted if pk in found]


def _issue(officer: Officer, actor) -> Printed:
    printed = Printed(officer, codes.readable(), expiry())
    officer.password = make_password(printed.password, hasher=SlipPasswordHasher.algorithm)
    officer._change_reason = "生成一次性口令单"
    officer.save(update_fields=["password"])
    now = timezone.now()
    Slip.objects.update_or_create(
        officer=officer,
        defaults={"issued_by": actor, "issued_at": now, "expires_at": printed.expires_at, "used_at": None},
    )
    tokens.revoke_all(officer)
    unlock(username=officer.username)
    return printed


def expiry() -> datetime:
    """The midnight that ends the last day, so that the slip can name a day instead of a minute."""
    after = timezone.localdate() + timedelta(days=settings.ONE_TIME_PASSWORD_DAYS + 1)
    return datetime.combine(after, time(), timezone.get_default_timezone())


def slip_of(officer) -> Slip | None:
    return Slip.objects.filter(officer=officer).first()


def use(slip: Slip) -> bool:
    """Take the slip's one log-in; False if another log-in was faster or the day is over."""
    now = timezone.now()
    return bool(Slip.objects.filter(pk=slip.pk, used_at=None, expires_at__gt=now).update(used_at=now))


def settle(officer) -> None:
    """The officer has chosen a password."""
    Slip.objects.filter(officer=officer).delete()
