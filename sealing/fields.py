"""Entries of forms that are sealed: their cleaned value is Clear, and whoever stores forms leaves them out or seals them.

Any form field may say `sealed = True`; these also fold, check and mask by kind.
"""

import re

from django import forms
from django.core.exceptions import ValidationError

from . import clear
from .clear import Clear
from .guard import is_identity_number

SEALED_HINT = "封存保管，本单位办理人员查看时须说明事由并留有记录。"


class SealedField(forms.CharField):
    sealed = True
    kind = ""
    longest = 200

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", self.longest)
        kwargs.setdefault("help_text", SEALED_HINT)
        super().__init__(**kwargs)
        # A browser that others use after this officer must not offer it.
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value):
        text = super().clean(value.clear if isinstance(value, Clear) else value)
        return Clear(self.checked(text) if text else "", self.kind)

    def checked(self, text: str) -> str:
        return text

    def prepare_value(self, value):
        return value.clear if isinstance(value, Clear) else value


class SealedNameField(SealedField):
    kind = clear.NAME
    longest = 40


class SealedPhoneField(SealedField):
    kind = clear.PHONE
    longest = 40

    def checked(self, text):
        if not 7 <= len(clear.phone(text)) <= 15:
            raise ValidationError("请填写手机号码，或者带区号的固定电话。", code="invalid")
        return text


class SealedNumberField(SealedField):
    """Any document's number; one of 18 places must be a right one."""

    kind = clear.NUMBER
    longest = 30

    def checked(self, text):
        number = re.sub(r"\s", "", clear.folded(text))
        if re.fullmatch(r"\d{17}[\dX]", number) and not is_identity_number(number):
            raise ValidationError("身份证号码有误，请核对。", code="invalid")
        return number


class SealedAddressField(SealedField):
    kind = clear.ADDRESS


def sealed_names(form) -> list[str]:
    """The names of the sealed entries of a form (class or bound)."""
    fields = form.base_fields if isinstance(form, type) else form.fields
    return [name for name, field in fields.items() if getattr(field, "sealed", False)]
