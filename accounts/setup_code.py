"""The code that proves that whoever makes the first administrator can read the server's terminal."""

from django.db import connection, transaction
from django.utils.crypto import constant_time_compare

from accounts import codes
from accounts.models import SetupCode
from organizations.models import Officer

# Arbitrary, but the same everywhere: two people with the same code must not both become the first administrator.
LOCK = 320_831_002


def is_needed() -> bool:
    """Nobody can administer the platform yet."""
    return not Officer.objects.filter(is_superuser=True, is_active=True).exists()


@transaction.atomic
def renew() -> str:
    """A new code; the former one is void."""
    SetupCode.objects.all().delete()
    code = codes.readable()
    SetupCode.objects.create(digest=codes.digest(code))
    return code


def forget() -> str:
    """No code stands any more."""
    SetupCode.objects.all().delete()
    return ""


def is_right(code: str) -> bool:
    if not is_needed():
        # There is an administrator: a code that is still about must not make another one, now or later.
        forget()
        return False
    digest = codes.digest(code.strip().lower())
    return any(constant_time_compare(row.digest, digest) for row in SetupCode.objects.all())


@transaction.atomic
def make_administrator(username: str, name: str, password: str) -> Officer | None:
    """The first administrator, who uses up the code; None if there is one by now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not is_needed():
        return None
    officer = Officer.objects.create_superuser(username, "", password, name=name)
    SetupCode.objects.all().delete()
    return officer
