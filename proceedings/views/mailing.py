"""打印寄送件: reason and password as for the reveal, then for a minute a button that prints the letter with the name."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from letters.errors import LetterError
from proceedings import mailing, sealed
from proceedings.errors import NotVisible, Refused
from proceedings.office import learn
from sealing.keyring import NoKeyOpensIt

from .common import answer_error
from .letters import PDF, readable
from .reveal import SECONDS, AskingView


class MailingView(AskingView):
    template = "proceedings/mailing.html"
    heading = "打印寄送件"
    submit = "下一步"

    def find(self, request, pk):
        learn(request.user)
        self.letter = readable(request, pk)
        self.record = self.letter.proceeding.child
        self.identity = sealed.identity_of(self.record)

    def may(self, identity, officer):
        return mailing.may_print(self.letter, self.record, identity, officer)

    def about(self):
        return (
            f"打印寄送件 {self.letter.number}",
            f"打印了{self.letter.number}的寄送件，上面有{self.record.procedure.sealed_label}的姓名",
        )

    def answer(self, request, log):
        """Nothing is opened yet: the page carries a ticket, not a name."""
        ticket, chosen = mailing.ticket(log, self.letter), bool(request.POST.get("with_address"))
        return self.page(request, ticket=ticket, with_address=chosen)

    def page(self, request, status=200, **context):
        letter = self.letter
        more = {
            "letter": letter, "with_address": bool(request.POST.get("with_address")),
            "has_address": bool(self.identity.sealed_address), "print_url": reverse("letter_mailing_print", args=[letter.pk]),
            "back_url": reverse("letter", args=[letter.pk]), "back": "公文",
        }  # fmt: skip
        return super().page(request, status, **{**more, **context})


show = MailingView.as_view()


@require_POST
def print_pdf(request, pk):
    """The copy itself, for whoever has just been logged; made in memory and kept nowhere."""
    request.shows_identity = True
    letter = readable(request, pk)
    record = letter.proceeding.child
    if not mailing.may_print(letter, record, sealed.identity_of(record), request.user):
        raise Http404
    try:
        log = mailing.log_of(request.POST.get("ticket", ""), letter, request.user)
        if log is None:
            messages.warning(request, f"已超过 {SECONDS} 秒，没有印制。请重新填写事由和密码。")
            return redirect("letter_mailing", pk)
        made = mailing.pdf(letter, log, with_address=bool(request.POST.get("with_address")))
    except NotVisible:
        raise Http404 from None
    except Refused as error:
        return answer_error(request, error)
    except (LetterError, NoKeyOpensIt):
        # What they say is not passed on: it may be of the name.
        return answer_error(request, Refused("寄送件没有制作成功，请联系系统管理员。"))
    return HttpResponse(made, content_type=PDF, headers={
        # Shown and printed from the browser, so that no file of it remains on the machine.
        "Content-Disposition": content_disposition_header(False, f"{letter.number}（寄送件）.pdf"),
        # A browser's viewer does not start under the pages' policy; what is shown was made here and holds no script.
        "Content-Security-Policy": "frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store, private",
    })  # fmt: skip
