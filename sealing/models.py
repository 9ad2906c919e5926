"""Sealed identities (封存的身份信息): who somebody is, readable by nobody who does not ask for it and is not logged."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from . import clear
from .clear import Clear
from .keyring import NoKeyOpensIt, keyring


class SealedIdentityQuerySet(models.QuerySet):
    def with_phone(self, number):
        """Those with this telephone number, however it was written; found by its keyed hash."""
        digits = clear.phone(number or "")
        return self.filter(phone_hash__in=keyring().hashes(digits)) if digits else self.none()

    def in_custody(self, unit):
        return self.filter(custodies__unit=unit, custodies__until=None) if unit else self.none()


class SealedIdentity(models.Model):
    """Name, telephone, identity number, address, each sealed by itself; beside them what may be shown: the masked forms.

    Loading a row opens nothing. The clear text is had from `sealing.reveal.reveal()`, which is logged first.
    """

    sealed_name = models.TextField(editable=False)
    sealed_phone = models.TextField(blank=True, editable=False)
    sealed_number = models.TextField(blank=True, editable=False)
    sealed_address = models.TextField(blank=True, editable=False)
    masked_name = models.CharField("姓名", max_length=80, blank=True)
    masked_phone = models.CharField("电话", max_length=40, blank=True)
    masked_number = models.CharField("身份证件号码", max_length=40, blank=True)
    township = models.CharField("所在镇街", max_length=80, blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    keys = models.CharField("密钥", max_length=16, editable=False, help_text="封存时所用密钥的指纹。")
    created_at = models.DateTimeField("封存时间", default=timezone.now)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    objects = SealedIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存的身份信息"
        ordering = ["-pk"]
        indexes = [
            # What a rotation has still to do, and what has to be erased, are both few.
            models.Index(fields=["keys", "id"], name="sealing_identity_keys"),
            models.Index(
                fields=["closed_at"],
                condition=models.Q(erased_at=None, closed_at__isnull=False),
                name="sealing_to_erase",
            ),
        ]

    def __str__(self):
        return self.masked_name or ("（已清除）" if self.erased_at else "（匿名）")

    def __repr__(self):
        return f"<SealedIdentity {self.pk} {self}>"

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def shown(self) -> list[tuple[str, str]]:
        """[(label, masked form)] for pages."""
        named = (("姓名", str(self)), ("电话", self.masked_phone), ("身份证件号码", self.masked_number))
        return [(label, value) for label, value in (*named, ("所在镇街", self.township)) if value]

    def put(self, *, name="", phone="", number="", address="", township=""):
        """Seal these (str or Clear) into the row; what may be shown of them goes beside."""
        ring = keyring()
        name, phone, number, address = (_text(value) for value in (name, phone, number, address))
        self.sealed_name, self.sealed_phone = ring.seal(name), ring.seal(phone)
        self.sealed_number, self.sealed_address = ring.seal(number), ring.seal(address)
        self.masked_name, self.masked_phone = clear.mask(name, clear.NAME), clear.mask(phone, clear.PHONE)
        self.masked_number, self.township = clear.mask(number, clear.NUMBER), township
        self.phone_hash = ring.hash(clear.phone(phone)) if clear.phone(phone) else ""
        self.keys = ring.name
        return self

    def has_number(self, number) -> bool:
        """Whether this is its identity number (str or Clear): compared in memory, for nobody to read."""
        sought = clear.folded(_text(number))
        try:
            return bool(sought) and clear.folded(keyring().open(self.sealed_number)) == sought
        except NoKeyOpensIt:
            return False

    def opened(self) -> dict[str, Clear]:
        """The clear text. For reveal(), rotation and the guard of free texts only: nothing is logged here."""
        ring = keyring()
        fields = (clear.NAME, clear.PHONE, clear.NUMBER, clear.ADDRESS)
        return {kind: Clear(ring.open(getattr(self, f"sealed_{kind}")), kind) for kind in fields}


def _text(value) -> str:
    return " ".join((value.clear if isinstance(value, Clear) else value or "").split())


class Custody(models.Model):
    """The unit that handles the matter and may ask for the identity, from its registration or a hand-over on."""

    identity = models.ForeignKey(SealedIdentity, models.PROTECT, related_name="custodies", verbose_name="身份信息")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="保管单位")
    since = models.DateTimeField("起", default=timezone.now)
    until = models.DateTimeField("止", null=True, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="移交人"
    )
    given_by_unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, related_name="+", verbose_name="移交单位"
    )
    why = models.CharField("缘由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "身份信息保管"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "unit"], condition=models.Q(until=None), name="sealing_custody_once"
            )
        ]

    def __str__(self):
        return f"{self.unit} {self.since:%Y-%m-%d}"


class RevealLog(models.Model):
    """Somebody asked for an identity: written and committed before anything is opened, and never changed (a trigger)."""

    identity = models.ForeignKey(SealedIdentity, models.PROTECT, related_name="reveals", verbose_name="身份信息")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="查看人")
    officer_name = models.CharField("查看人姓名", max_length=80)
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="单位")
    unit_name = models.CharField("单位名称", max_length=100)
    at = models.DateTimeField("时间", default=timezone.now)
    reason = models.CharField("事由", max_length=500)
    address = models.GenericIPAddressField("网络地址", null=True)
    about = models.CharField("所涉事项", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "身份信息查看记录"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.officer_name} {self.at:%Y-%m-%d %H:%M}"

    def delete(self, *args, **kwargs):
        raise ValidationError("查看记录不能删除。")
