"""Stands before the backend that checks passwords: a slip that is used or out of date opens nothing.

Whether a user name exists, waits with a slip or has a password of its own must not be told by how long a wrong password
takes. The hash of a slip is quick, that of a password slow; so each attempt costs one of either kind, whichever is the
account's.
"""

from django.contrib.auth.hashers import identify_hasher, is_password_usable, make_password, verify_password
from django.core.exceptions import PermissionDenied

from accounts.hashers import SlipPasswordHasher
from organizations.models import Officer

QUICK = SlipPasswordHasher.algorithm


class SpentSlipBackend:
    def authenticate(self, request, username=None, password=None, **kwargs):
        if username is None or password is None:
            return
        officer = Officer.objects.select_related("slip").filter(username=username).first()
        quick, spent = has_quick_hash(officer), spent_slip(officer)
        if not quick:
            make_password(password, hasher=QUICK)
        if not (quick or spent):
            return  # the slow one is made by the next backend, for an unknown name, too
        right, _ = verify_password(password, officer.password)
        if right and not spent:
            return
        if quick:
            make_password(password)
        # Why, only to whoever has the paper: the pages answer anybody else as with any wrong password.
        if right and request is not None:
            request.spent_slip = spent
        raise PermissionDenied


def has_quick_hash(officer) -> bool:
    """Until the first log-in: with the right password Django puts the slow hash in its place."""
    if officer is None or not is_password_usable(officer.password):
        return False
    try:
        return identify_hasher(officer.password).algorithm == QUICK
    except ValueError:
        return False


def spent_slip(officer) -> str:
    slip = getattr(officer, "slip", None)
    return slip.spent if slip else ""
