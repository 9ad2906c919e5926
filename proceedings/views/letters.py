"""Letters: reading, files, the scan of the sealed copy, the list of a unit's letters, public verification."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from evidence.errors import RejectedFile
from jinhu_enforcement.addresses import client_address
from letters import binding, service
from letters import render as layout
from letters.errors import LetterError
from letters.layout import LetterContent
from letters.verification import normalize
from proceedings import letters, mailing, present, sealed
from proceedings.errors import Refused
from proceedings.letters import render_letter
from proceedings.materials import add_material
from proceedings.models import Letter, Party, Proceeding

from .common import answer_error, keyset

VERIFICATIONS_A_MINUTE = 30
PDF = "application/pdf"


def readable(request, pk):
    letter = (
        Letter.objects.select_related("issuer", "addressee", "signed_by", "proceeding", "scan").filter(pk=pk).first()
    )
    if letter is None or not Proceeding.objects.filter(pk=letter.proceeding_id).visible_to(request.user).exists():
        raise Http404
    return letter


def read(request, pk):
    letter = readable(request, pk)
    record = letter.proceeding
    unit = request.user.acting_unit
    return render(request, "proceedings/letter.html", {
        "letter": letter, "record": record, "links": present.letter_links(letter, mailed(letter, request.user)),
        "crumbs": present.crumbs(record, (letter.title, "")), "rendering": not letter.on_paper and not letter.rendered_at,
        "pages": [reverse("letter_page", args=[pk, n]) for n in range(1, letter.pages + 1)],
        "pdf_url": None if letter.on_paper else reverse("letter_pdf", args=[pk]),
        "docx_url": None if letter.on_paper else reverse("letter_docx", args=[pk]),
        "scan_url": reverse("letter_scan", args=[pk]) if unit and letter.issuer_id == unit.pk and not letter.scan_id else None,
    })  # fmt: skip


def mailed(letter, officer):
    """Whether the officer may print its copy with the name."""
    record = letter.proceeding
    return mailing.is_meant(letter, record) and mailing.may_print(letter, record, sealed.identity_of(record), officer)


def pdf(request, pk):
    return _file(request, pk, "pdf", PDF)


def docx(request, pk):
    return _file(request, pk, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def service_form(request, pk):
    """送达回证 to be printed: blank but for what is known, as long as the letter is served by hand."""
    try:
        return printed_service_form(request, pk)
    except Refused as error:
        return answer_error(request, error)


def printed_service_form(request, pk):
    letter = readable(request, pk)
    if not letter.served_by_hand:
        raise Http404
    try:
        printed = service.pdf(letters.service_form(letter))
    except LetterError as error:
        raise Refused(error.message) from error
    return attachment(io.BytesIO(printed), f"送达回证（{letter.number}）.pdf", PDF)


def copies(request, pk):
    """The letter in two copies (一式两份), to be printed in one go; of what was signed, byte for byte in each."""
    letter = readable(request, pk)
    if letter.on_paper or letter.void_at:
        raise Http404
    with render_letter(letter).pdf.open("rb") as file:
        return attachment(io.BytesIO(binding.copies(file.read())), f"{letter.number}（一式两份）.pdf", PDF)


def _file(request, pk, kind, content_type):
    letter = readable(request, pk)
    if letter.on_paper:
        raise Http404
    # Usually the worker has rendered it; whoever is quicker does it, once.
    letter = render_letter(letter)
    mark = "（作废）" if letter.void_at else ""
    return attachment(getattr(letter, kind).open("rb"), f"{letter.number}{mark}.{kind}", content_type)


def attachment(file, name, content_type):
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def page(request, pk, page):
    """One page as an image; drawn from the stored content, 作废 shown across it."""
    letter = readable(request, pk)
    if letter.on_paper or not 1 <= page <= max(letter.pages, 1):
        raise Http404
    content = LetterContent.from_json(letter.content).changed(void=bool(letter.void_at))
    response = HttpResponse(layout.png(content, page=page - 1, ppi=110), content_type="image/png")
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_POST
def attach_scan(request, pk):
    """The scan of the sealed copy, added by the issuer; the letter itself does not change."""
    letter = readable(request, pk)
    unit = request.user.acting_unit
    if unit is None or letter.issuer_id != unit.pk:
        raise Http404
    given = request.FILES.get("file")
    if given is None:
        messages.warning(request, "请选择盖章扫描件。")
        return redirect("letter", pk)
    try:
        with transaction.atomic():
            letter = Letter.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            if letter.scan_id:
                messages.warning(request, "已有盖章扫描件。")
                return redirect("letter", pk)
            letter.scan = add_material(letter.proceeding, given, "scan", request.user, unit)
            letter.save(update_fields=["scan"])
        messages.success(request, "已附上盖章扫描件。")
    except RejectedFile as error:
        messages.warning(request, error.message)
    return redirect("letter", pk)


def listing(request):
    """公文: the letters of the matters that this unit takes part in."""
    unit = request.user.acting_unit
    own = Party.objects.filter(unit=unit, until=None).values("proceeding_id")
    found = Letter.objects.filter(proceeding_id__in=own) if unit else Letter.objects.none()
    query = request.GET.get("q", "").strip()
    if query:
        found = found.filter(number__icontains=query) | found.filter(proceeding__title__icontains=query)
    box = request.GET.get("box", "")
    if box == "out":
        found = found.filter(issuer=unit)
    elif box == "in":
        found = found.exclude(issuer=unit)
    rows, next_url, previous_url = keyset(found.select_related("issuer", "addressee", "proceeding"), request)
    boxes = [("", "全部"), ("out", "本单位发出"), ("in", "本单位收到")]
    return render(request, "proceedings/letters.html", {
        "letters": [{"letter": one, "links": present.letter_links(one)} for one in rows], "query": query,
        "boxes": [{"label": label, "url": f"?box={code}", "current": code == box} for code, label in boxes],
        "next_url": next_url, "previous_url": previous_url,
    })  # fmt: skip


@login_not_required
def verify(request, code=""):
    """Tells anybody whether such a letter exists, its number, issuer, date and hash, and nothing else."""
    typed = code or request.GET.get("code", "")
    context = {"code": typed, "tried": bool(typed), "letter": None}
    if not typed:
        return render(request, "proceedings/verify.html", context)
    if _too_often(request):
        return render(request, "proceedings/verify.html", {**context, "tried": False, "too_often": True}, status=429)
    plain = normalize(typed)
    known = Letter.objects.select_related("issuer", "proceeding")
    letter = known.filter(verification_code=plain).first() if plain else None
    if letter is not None:
        context["letter"] = {
            "number": letter.number, "title": letter.title, "issuer": letter.issuer.name, "date": letter.issued_at,
            "copied": mailing.is_meant(letter, letter.proceeding),
            "sha256": letter.pdf_sha256, "content_hash": letter.content_hash, "void": bool(letter.void_at),
        }  # fmt: skip
    return render(request, "proceedings/verify.html", context, status=200 if letter else 404)


def _too_often(request):
    """Thirty tries a minute and address; 89 bits need no more, this keeps the log quiet."""
    key = f"verify:{client_address(request)}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > VERIFICATIONS_A_MINUTE
    except ValueError:
        return False
