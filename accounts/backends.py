"""Stands before the backend that checks passwords: a slip that is used or out of date opens nothing."""

from django.core.exceptions import PermissionDenied

from accounts.models import Slip


class SpentSlipBackend:
    def authenticate(self, request, username=None, password=None, **kwargs):
        slip = Slip.objects.select_related("officer").filter(officer__username=username).first()
        if slip is None or not slip.spent:
            return
        # Why, only to whoever has the paper: the pages answer anybody else as with any wrong password.
        if request is not None and password and slip.officer.check_password(password):
            request.spent_slip = slip.spent
        raise PermissionDenied
