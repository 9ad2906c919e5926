"""From a step to an official letter: number, content and hash inside the transaction, bytes right after."""

import hashlib
from dataclasses import replace

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from letters import render
from letters.errors import LetterError
from letters.layout import LetterContent
from letters.numbering import next_number
from letters.service import ServiceForm
from letters.verification import new_code

from .errors import Refused
from .models import Letter


def draft(act, kind):
    """The content of `kind` as it would be issued now, without number, date and code."""
    return kind.content(act)


def draft_hash(act, kind):
    return render.content_hash(draft(act, kind).unissued())


def check_renders(content):
    """Refuse a letter that cannot be laid out, before it is signed rather than after."""
    try:
        render.check(content)
    except LetterError as error:
        raise Refused(error.message) from error


def issue(act, kind):
    """Write the Letter of this act. For a paper answer: its number and scan, no content of ours."""
    issuer = act.party(kind.by) if kind.by != "actor" else act.unit
    addressee = act.party(kind.to) if kind.to else None
    if act.paper:
        return _paper(act, kind, issuer, addressee)
    content = draft(act, kind)
    check_renders(content)
    day = timezone.localdate(act.now)
    number = next_number(issuer.code, issuer.letter_prefix, kind.word, day.year)
    code = new_code()
    content = replace(
        content,
        number=number,
        date=day,
        signed_by=signer(act),
        verification_code=code,
        verification_url=settings.SITE_URL + reverse("verify", args=[code]),
    )
    on_platform = addressee is None or addressee.served_here
    return Letter.objects.create(
        proceeding_id=act.record.pk, event=act.event, kind=kind.code, title=kind.title, number=number,
        issuer=issuer, addressee=addressee, addressee_name=content.addressee, signed_by=act.officer,
        issued_at=act.now, content=content.to_json(), template_version=render.TEMPLATE_VERSION,
        content_hash=render.content_hash(content), verification_code=code,
        delivery=Letter.Delivery.PLATFORM if on_platform else Letter.Delivery.PAPER,
        delivered_at=act.now if on_platform and addressee is not None else None,
    )  # fmt: skip


def signer(act):
    """As the letter's record says it."""
    return f"{act.officer.name}（受{act.mandate.principal}委托签发）" if act.mandate else act.officer.name


def _paper(act, kind, issuer, addressee):
    return Letter.objects.create(
        proceeding_id=act.record.pk, event=act.event, kind=kind.code, title=kind.title,
        number=act.data.get("paper_number") or "（无文号）", issuer=issuer, addressee=addressee,
        addressee_name=addressee.name if addressee else "", signed_by=None, issued_at=act.now, on_paper=True,
        delivery=Letter.Delivery.PAPER, delivered_at=act.now, scan=act.data.get("scan") or None,
    )  # fmt: skip


def render_letter(letter):
    """Render and store the bytes of `letter` once; later calls return at once."""
    if letter.on_paper or letter.rendered_at:
        return letter
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
        if letter.rendered_at:
            return letter
        content = LetterContent.from_json(letter.content)
        pdf, docx = render.pdf(content), render.docx(content)
        letter.pages = render.page_count(content)
        letter.pdf_sha256 = hashlib.sha256(pdf).hexdigest()
        letter.docx_sha256 = hashlib.sha256(docx).hexdigest()
        name = f"{letter.pk}-{letter.content_hash[:12]}"
        letter.pdf.save(f"{name}.pdf", ContentFile(pdf), save=False)
        letter.docx.save(f"{name}.docx", ContentFile(docx), save=False)
        letter.rendered_at = timezone.now()
        letter.save()
    return letter


def service_form(letter):
    """The 送达回证 of a letter that is served by hand, with what is known beforehand."""
    content = LetterContent.from_json(letter.content)
    return ServiceForm(
        issuer=content.issuer, recipient=content.addressee or letter.addressee_name, document=content.title,
        number=letter.number, subject=letter.proceeding.title, verification_code=letter.verification_code or "",
        place=letter.addressee.address if letter.addressee else "", date=content.date,
    )  # fmt: skip


def void(letter, reason, at):
    """作废: the number stays in its series and is never used again."""
    letter.void_at, letter.void_reason = at, reason[:200]
    letter.save(update_fields=["void_at", "void_reason"])
