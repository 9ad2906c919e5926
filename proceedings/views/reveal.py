"""查看身份信息: the one page that shows who it was. For the unit that keeps it; everybody else gets 404."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from jinhu_enforcement.addresses import client_address
from proceedings import present, sealed
from proceedings.models import Audience
from proceedings.notices import tell
from sealing import guard
from sealing.keyring import NoKeyOpensIt
from sealing.reveal import LONGEST_REASON, SHORTEST_REASON, BadReveal, checked_reason, confirm_password, reveal

from .common import visible

SECONDS = 60
LOGS_SHOWN = 20
LABELS = {"name": "姓名", "phone": "电话", "number": "身份证件号码", "address": "住址"}


@method_decorator(sensitive_post_parameters("password", "reason"), "dispatch")
class RevealView(View):
    def dispatch(self, request, kind, pk):
        # Error reports of this page hold no variables (reports.py).
        request.shows_identity = True
        _, self.record = visible(request, kind, pk)
        self.identity = sealed.identity_of(self.record)
        if not sealed.may_reveal(self.record, self.identity, request.user):
            raise Http404
        response = super().dispatch(request)
        response["Cache-Control"] = "no-store, private"
        return response

    def get(self, request):
        return self.page(request)

    def post(self, request):
        reason = request.POST.get("reason", "")
        try:
            opened = self.opened(request, checked_reason(reason))
        except BadReveal as error:
            return self.page(request, status=400, reason=reason, error=error)
        except NoKeyOpensIt as error:
            return self.page(request, status=500, reason=reason, error=BadReveal("", f"{error}请联系系统管理员。"))
        shown = [(LABELS[kind], value.clear) for kind, value in opened.items() if value]
        response = self.page(request, opened=shown, seconds=SECONDS)
        # Where scripts do not run, the page itself goes.
        response["Refresh"] = f"{SECONDS}; url={request.path}"
        return response

    def opened(self, request, reason):
        officer, unit, record = request.user, request.user.acting_unit, self.record
        if hint := guard.problem(reason, self.secrets()):
            raise BadReveal("reason", hint)
        confirm_password(request, officer, request.POST.get("password"))

        def told(log):
            tell(record, unit, f"{officer.name}查看了封存的身份信息：{record.title}", "reveal", Audience.LEADERS)

        return reveal(
            self.identity, officer, reason, unit=unit, address=client_address(request), told=told,
            about=record.number or record.title, allowed=lambda *asked: sealed.may_reveal(record, self.identity, officer),
        )  # fmt: skip

    def secrets(self):
        """The reason is read by others: it does not say who it was either."""
        try:
            return guard.secrets_of(self.identity)
        except ValidationError:
            return []  # no key opens it, which is told below

    def page(self, request, status=200, **context):
        record, label = self.record, self.record.procedure.sealed_label
        logs = self.identity.reveals.order_by("-pk")[:LOGS_SHOWN]
        url = reverse(f"{record.kind}:reveal", args=[record.pk])
        context |= {
            "record": record, "label": label, "masked": self.identity.shown, "logs": logs, "again_url": url,
            "crumbs": present.crumbs(record, (f"查看{label}", "")),
            "shortest": SHORTEST_REASON, "longest": LONGEST_REASON,
        }  # fmt: skip
        return render(request, "proceedings/reveal.html", context, status=status)


show = RevealView.as_view()


def beside(record, officer):
    """What a matter's page shows of a sealed identity: the masked form, and the way to more for the unit that keeps it."""
    identity = sealed.identity_of(record)
    if identity is None:
        return {}
    may = sealed.may_reveal(record, identity, officer)
    url = reverse(f"{record.kind}:reveal", args=[record.pk]) if may else ""
    return {"identity": identity.shown, "identity_label": record.procedure.sealed_label, "reveal_url": url}
