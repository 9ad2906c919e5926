"""整卷打印: ask for it, see how far it is, fetch it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proceedings import present, prints
from proceedings.errors import NotVisible, ProceedingError, Refused
from proceedings.models import FilePrint

from .common import answer_error
from .letters import PDF, attachment


@require_POST
def begin(request, kind, pk):
    """From the 打印 menu: the piece that was chosen is fetched by itself as soon as it is made."""
    piece = request.POST.get("piece", "")
    try:
        made = prints.ask(kind, pk, request.user)
    except Refused as error:
        messages.warning(request, error.message)
        return redirect(f"{kind}:detail", pk)
    except ProceedingError as error:
        return answer_error(request, error)
    address = reverse("print", args=[made.pk])
    return redirect(f"{address}?fetch={piece}" if piece in prints.PIECES else address)


def show(request, pk):
    made = own(request, pk)
    record, done = made.proceeding, made.status == FilePrint.Status.DONE
    fetch = request.GET.get("fetch", "")
    return render(request, "proceedings/print.html", {
        "print": made, "record": record, "crumbs": present.crumbs(record, ("整卷打印", "")), "done": done,
        "pieces": [(label, piece_url(made, name)) for name, (_, label) in prints.PIECES.items()] if done else [],
        "fetch": piece_url(made, fetch) if done and fetch in prints.PIECES else "",
        "again_url": reverse(f"{record.kind}:make_print", args=[record.pk]),
        "kept_until": made.made_at + prints.KEPT if done else None,
    })  # fmt: skip


def piece(request, pk, name):
    return printed(request, pk, name)


def printed(request, pk, name="volume"):
    made = own(request, pk)
    if made.status != FilePrint.Status.DONE or name not in prints.PIECES:
        raise Http404
    field, label = prints.PIECES[name]
    called = made.proceeding.number or made.proceeding.title
    try:
        return attachment(getattr(made, field).open("rb"), f"{label}（{called}）.pdf", PDF)
    except FileNotFoundError:
        # Cleared away in this very moment.
        raise Http404 from None


def piece_url(made, name):
    return reverse("print_pdf", args=[made.pk, name])


def own(request, pk):
    try:
        return prints.readable(pk, request.user)
    except NotVisible:
        raise Http404 from None
