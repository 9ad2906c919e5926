"""Texts that others will read hold no sealed name, no telephone and no identity number: found before they are saved."""

import re
from datetime import date

from django.core.exceptions import ValidationError

from . import clear
from .keyring import NoKeyOpensIt

# What people put between digits; folded text has them in their usual width.
GAPS = r"[\s\-‐-―.·/()_]*"
# In one piece, or in the groups in which people write it; the sealed number itself is found in any.
GROUPS = ((3, 4, 4), (3, 8), (4, 3, 4), (3, 3, 5), (5, 6), (7, 4), (11,))
BETWEEN = r"[\s\-‐-―.·]{1,3}"
MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+?86|0086){GAPS})?(?=1[3-9])(?:"
    + "|".join(BETWEEN.join(rf"\d{{{size}}}" for size in sizes) for sizes in GROUPS)
    + r")(?!\d)"
)
# With its area code; a dash or bracket may follow it. A bare local number cannot be told from other numbers.
LANDLINE = re.compile(r"(?<!\d)\(?0(?:10|2\d|[3-9]\d{2})\)?[\s\-‐-―]{0,3}[2-9](?:[\s\-]?\d){6,7}(?!\d)")
AREA_CODE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})(?=[2-9]\d{6,7}$)")
NUMBER = re.compile(rf"(?<!\d)[1-9](?:{GAPS}\d){{16}}{GAPS}[\dX](?![\dA-Z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"

HINTS = {
    clear.NAME: "这里写了投诉人的姓名。请改为“投诉人”，姓名只填在封存的身份信息里。",
    clear.PHONE: "这里写了电话号码“%s”。电话只填在封存的身份信息里，请从这里删去。",
    clear.NUMBER: "这里写了身份证件号码“%s”。证件号码只填在封存的身份信息里，请从这里删去。",
}
NOT_TO_BE_READ = "这件事项的身份信息现在打不开，无法核对这里是否写了投诉人的姓名。请联系系统管理员。"


def is_identity_number(text: str) -> bool:
    """18 places with a birthday that there was and the right last one (GB 11643)."""
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))
    return born.year >= 1850 and CHECK[total % 11] == text[17]


def bare(text: str) -> str:
    """Without what stands between signs: 张 晓 梅, 138-0013-1234."""
    return re.sub(GAPS, "", clear.folded(text))


def problem(text: str, secrets=()) -> str:
    """Why `text` may not be saved, or "". `secrets`: Clear values that it must not hold, whatever they look like."""
    plain = clear.folded(text)
    numbers = (re.sub(r"[^\dX]", "", found.group()) for found in NUMBER.finditer(plain))
    if number := next(filter(is_identity_number, numbers), ""):
        return HINTS[clear.NUMBER] % clear.mask(number, clear.NUMBER)
    if found := MOBILE.search(plain) or LANDLINE.search(plain):
        return HINTS[clear.PHONE] % clear.mask(clear.phone(found.group()), clear.PHONE)
    written = bare(plain)
    for secret in secrets:
        sought = bare(secret.clear)
        if secret.kind == clear.PHONE:
            sought = AREA_CODE.sub("", sought)  # 0517-86881234 is given away without its area code, too
        if len(sought) >= 2 and sought in written and secret.kind in HINTS:
            hint = HINTS[secret.kind]
            return hint % secret.masked if "%s" in hint else hint
    return ""


def secrets_of(identity):
    """What free texts about the identity's matter must not hold: name, telephone, number."""
    if identity is None or identity.is_erased:
        return []
    try:
        opened = identity.opened()
    except NoKeyOpensIt:
        raise ValidationError(NOT_TO_BE_READ, code="sealed") from None
    return [value for kind, value in opened.items() if value and kind != clear.ADDRESS]


def check(text, secrets=()):
    """A validator: raises ValidationError with a hint. `text` may be a list (LinesField)."""
    if hint := problem(words(text), secrets):
        raise ValidationError(hint, code="sealed")


def words(value) -> str:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return "\n".join(map(words, value))
    return "" if value is None else str(value)
