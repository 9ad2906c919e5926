"""寄送件: a letter to somebody whose identity is sealed, with his name in the place of the number, to be printed and posted.

The letter as it was signed never changes and names nobody. This copy is made in memory when it is asked for, after the
reveal was logged, and is kept nowhere; not even its hash, from which the name could be found by trying names. See
docs/adr/0027-letters-to-sealed-persons.md.
"""

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from letters import binding, envelope, render
from letters.errors import MissingGlyphs
from letters.layout import LetterContent
from sealing import reveal
from sealing.models import Custody, RevealLog

from . import sealed
from .errors import NotVisible, Refused

# How long the page offers the print after the password.
SECONDS = 60
# A unit that gave the identity away with this very letter may still post it.
AFTERWARDS = timedelta(hours=72)
SIGNER = signing.TimestampSigner(salt="jinhu.mailing")


def is_meant(letter, record):
    """It goes to the person whose identity is sealed, is ours and stands."""
    kind = record.procedure.letters.get(letter.kind)
    return bool(kind and kind.to_sealed) and not letter.on_paper and letter.void_at is None


def may_print(letter, record, identity, officer):
    """The rights of the reveal; or it is the issuer's letter with which he handed the identity over."""
    if identity is None or not is_meant(letter, record):
        return False
    return sealed.may_reveal(record, identity, officer) or gave_it_away(letter, record, identity, officer)


def gave_it_away(letter, record, identity, officer):
    unit = officer.acting_unit
    if unit is None or letter.issuer_id != unit.pk or timezone.now() - letter.issued_at > AFTERWARDS:
        return False
    if identity.is_erased or not officer.has_perm("proceedings.reveal_identity"):
        return False
    if not record.procedure.may_reveal(record, officer):
        return False
    return Custody.objects.filter(identity=identity, unit=unit, until=letter.issued_at).exists()


def ticket(log, letter):
    """What the page carries for its seconds: that this reveal was logged for this letter."""
    return SIGNER.sign(f"{log.pk}:{letter.pk}")


def log_of(text, letter, officer):
    """The log that the ticket names, as long as it holds; NotVisible for anything else, None when its time is over."""
    try:
        log_pk, letter_pk = map(int, SIGNER.unsign(text, max_age=SECONDS).split(":"))
    except signing.SignatureExpired:
        return None
    except (signing.BadSignature, ValueError):
        raise NotVisible() from None
    found = RevealLog.objects.filter(pk=log_pk, officer=officer, unit=officer.acting_unit).select_related("identity")
    log = found.first()
    if log is None or letter_pk != letter.pk:
        raise NotVisible()
    return log


def pdf(letter, log, *, with_address):
    """The copy that is posted, and behind it the sheet with the address; never stored."""
    opened = reveal.opened_after(log)
    content = LetterContent.from_json(letter.content)
    copy = content.changed(addressee=opened["name"].clear, notes=notes(letter))
    try:
        parts = [render.pdf(copy)]
        if with_address and opened["address"]:
            parts.append(envelope.pdf(envelope.Envelope(
                name=opened["name"].clear, address=opened["address"].clear, issuer=content.issuer.replace("\n", ""),
                number=letter.number, sender=letter.issuer.address, date=content.date,
            )))  # fmt: skip
    except MissingGlyphs:
        # Its message would name the character.
        raise Refused("姓名或者地址里有字库没有的字，无法印制，请手写。") from None
    return binding.joined(parts) if len(parts) > 1 else parts[0]


def notes(letter):
    return [f"本件为{letter.number}的寄送件，受文人姓名在印制时填入，", "其余与留存件一致；校验值核验的是留存件。"]
