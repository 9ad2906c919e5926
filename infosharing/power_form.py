"""The texts of a power as its lead department keeps them. One form serves the page and REST."""

from dataclasses import dataclass

from django import forms
from django.db import transaction

from organizations.models import Power

from . import powers


@dataclass(frozen=True)
class Kept:
    """What saving did: whether a text changed, and how many items were shared because of it."""

    changed: bool
    shared: int = 0


class PowerForm(forms.ModelForm):
    """`version`: the newest version (history id) that the officer saw."""

    reason = forms.CharField(
        label="调整的说明", max_length=100, help_text="如“依据2026年修订的……”，会记入版本。",
        error_messages={"required": "请写明为什么调整。"},
    )  # fmt: skip
    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": "请带上您看到的版本号。", "invalid": "版本号应为整数。"}
    )

    class Meta:
        model = Power
        fields = tuple(powers.TEXTS)
        widgets = {name: forms.Textarea(attrs={"rows": 6}) for name in fields}
        error_messages = {"legal_basis": {"required": "请写明法律、法规、规章的名称和条款。"}}

    # Another officer has saved meanwhile.
    stale = None

    def clean(self):
        data = super().clean()
        newest = powers.newest(self.instance)
        if "version" in data and data["version"] != powers.version_of(newest):
            self.stale = newest
            who = newest.history_user.name if newest and newest.history_user else "他人"
            raise forms.ValidationError(f"{who}刚才修改了这个事项，本次没有保存。请先看过现在的内容，核对后再保存。")
        return {**data, **{name: kept_lines(data[name]) for name in powers.TEXTS if name in data}}

    def keep(self, officer):
        """Save what changed and share it; None if it is not valid. Two officers at once: the second is told."""
        before = {name: getattr(self.instance, name) for name in powers.TEXTS}
        with transaction.atomic():
            Power.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            if not self.is_valid():
                return None
            texts = {name: self.cleaned_data[name] for name in powers.TEXTS}
            if all(powers.settled(before[name]) == powers.settled(text) for name, text in texts.items()):
                return Kept(changed=False)
            power = Power.objects.get(pk=self.instance.pk)
            for name, text in texts.items():
                setattr(power, name, text)
            power._change_reason, power._history_user = self.cleaned_data["reason"], officer
            power.save(update_fields=tuple(texts))
            return Kept(changed=True, shared=powers.share_changes(of=power))


def kept_lines(text):
    """A browser sends its lines with two signs at their ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
