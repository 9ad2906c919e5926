"""查看身份信息: the one page that shows who it was. For the unit that keeps it; everybody else gets 404.

What asks for reason and password first is the same where the name goes on paper (mailing.py).
"""

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
from sealing.reveal import (
    LONGEST_REASON,
    SHORTEST_REASON,
    BadReveal,
    checked_reason,
    confirm_password,
    opened_after,
    written,
)

from .common import visible

SECONDS = 60
LOGS_SHOWN = 20
LABELS = {"name": "姓名", "phone": "电话", "number": "身份证件号码", "address": "住址"}


@method_decorator(sensitive_post_parameters("password", "reason"), "dispatch")
class AskingView(View):
    """Reason and password, then a log with a notice to the leader; what follows, its children say."""

    template = ""
    heading = ""
    submit = "查看"

    def dispatch(self, request, **address):
        # Error reports of this page hold no variables (reports.py).
        request.shows_identity = True
        self.find(request, **address)
        if not self.may(self.identity, request.user):
            raise Http404
        response = super().dispatch(request)
        response["Cache-Control"] = "no-store, private"
        return response

    def find(self, request, **address):
        """Set `record` and `identity`; 404 for what this officer does not see."""
        raise NotImplementedError

    def may(self, identity, officer):
        raise NotImplementedError

    def about(self):
        """(what the log says it was about, what the leader is told of it)."""
        raise NotImplementedError

    def answer(self, request, log):
        raise NotImplementedError

    def get(self, request):
        return self.page(request)

    def post(self, request):
        reason = request.POST.get("reason", "")
        try:
            log = self.logged(request, checked_reason(reason))
            response = self.answer(request, log)
        except BadReveal as error:
            return self.page(request, status=400, reason=reason, error=error)
        except NoKeyOpensIt as error:
            return self.page(request, status=500, reason=reason, error=BadReveal("", f"{error}请联系系统管理员。"))
        # Where scripts do not run, the page itself goes.
        response["Refresh"] = f"{SECONDS}; url={request.path}"
        return response

    def logged(self, request, reason):
        officer, unit, record = request.user, request.user.acting_unit, self.record
        about, said = self.about()
        if hint := guard.problem(reason, self.secrets()):
            raise BadReveal("reason", hint)
        confirm_password(request, officer, request.POST.get("password"))

        def told(log):
            tell(record, unit, f"{officer.name}{said}：{record.title}", "reveal", Audience.LEADERS)

        return written(
            self.identity, officer, reason, unit=unit, address=client_address(request), told=told, about=about,
            allowed=lambda identity, who, _: self.may(identity, who),
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
        context = {
            "record": record, "label": label, "masked": self.identity.shown, "logs": logs, "again_url": request.path,
            "heading": self.heading.format(label), "submit": self.submit, "back_url": record.get_absolute_url(),
            "back": record.procedure.name, "crumbs": present.crumbs(record, (self.heading.format(label), "")),
            "shortest": SHORTEST_REASON, "longest": LONGEST_REASON, "seconds": SECONDS, **context,
        }  # fmt: skip
        return render(request, self.template, context, status=status)


class RevealView(AskingView):
    template = "proceedings/reveal.html"
    heading = "查看{}"

    def find(self, request, kind, pk):
        _, self.record = visible(request, kind, pk)
        self.identity = sealed.identity_of(self.record)

    def may(self, identity, officer):
        return sealed.may_reveal(self.record, identity, officer)

    def about(self):
        return self.record.number or self.record.title, "查看了封存的身份信息"

    def answer(self, request, log):
        opened = opened_after(log)
        return self.page(request, opened=[(LABELS[kind], value.clear) for kind, value in opened.items() if value])


show = RevealView.as_view()


def beside(record, officer, identity):
    """What a matter's page shows of a sealed identity: the masked form, and the way to more for the unit that keeps it."""
    if identity is None:
        return {}
    may = sealed.may_reveal(record, identity, officer)
    url = reverse(f"{record.kind}:reveal", args=[record.pk]) if may else ""
    return {"identity": identity.shown, "identity_label": record.procedure.sealed_label, "reveal_url": url}
