"""Tokens for programs: made by the officer, with a purpose and an end, kept as digests (docs/adr/0018)."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import codes
from accounts.models import ApiToken
from organizations.models import Officer

PREFIX = "jh_"  # so that a key which has strayed into a file is recognised
MOST = 20  # live tokens of one officer
MOST_FETCHED = 10  # of these, fetched with the password: a program that fetches one at every run must not pile them up
NOTE_EVERY = timedelta(minutes=5)  # the last use is for people; noting every request would cost a write each
KEPT_AFTER_END = timedelta(days=90)


class TooMany(Exception):
    """The officer has as many live tokens as allowed."""


@transaction.atomic
def create(officer, name: str, days: int, *, fetched: bool = False) -> tuple[ApiToken, str]:
    """The token and its key, which is not kept. Never lives longer than API_TOKEN_MAX_DAYS."""
    # One at a time for each officer, or two could both be the last one allowed.
    Officer.objects.select_for_update(no_key=True).get(pk=officer.pk)
    officer.api_tokens.ended().filter(expires_at__lt=timezone.now() - KEPT_AFTER_END).delete()
    live = officer.api_tokens.live()
    if fetched:
        surplus = live.filter(fetched=True)[MOST_FETCHED - 1 :]
        officer.api_tokens.filter(pk__in=[token.pk for token in surplus]).update(revoked_at=timezone.now())
    elif live.count() >= MOST:
        raise TooMany
    key = PREFIX + secrets.token_urlsafe(32)
    token = officer.api_tokens.create(name=name, digest=codes.digest(key), expires_at=_end(days), fetched=fetched)
    return token, key


def _end(days: int) -> datetime:
    return timezone.now() + timedelta(days=min(days, settings.API_TOKEN_MAX_DAYS))


def find(key: str) -> ApiToken | None:
    """Whatever its state; with its officer, and the officer's slip if there is one."""
    return ApiToken.objects.select_related("officer__slip").filter(digest=codes.digest(key)).first()


def note_use(token: ApiToken, address: str) -> None:
    now = timezone.now()
    if token.last_used_at is not None and token.last_used_from == address and now - token.last_used_at < NOTE_EVERY:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address)


def revoke(officer, pk: int) -> bool:
    return bool(officer.api_tokens.live().filter(pk=pk).update(revoked_at=timezone.now()))


def revoke_all(officer) -> int:
    return officer.api_tokens.live().update(revoked_at=timezone.now())
