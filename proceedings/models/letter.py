"""An official letter (公文) of a proceeding."""

from django.conf import settings
from django.db import models

from .event import Event
from .material import Material
from .proceeding import Proceeding


class LetterQuerySet(models.QuerySet):
    def to_serve(self):
        """The letters to units served on paper whose delivery is not recorded yet."""
        ours = self.filter(on_paper=False, void_at=None, addressee__isnull=False)
        return ours.filter(delivery=Letter.Delivery.PAPER, delivered_at=None)


class Letter(models.Model):
    """Number, content and hash are fixed in the signing transaction; the bytes follow once.

    A letter that came on paper (`on_paper`) has its number and a scan, and no content of ours.
    """

    class Delivery(models.TextChoices):
        PLATFORM = "platform", "平台送达"
        PAPER = "paper", "纸质送达"

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="letters")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="letters")
    kind = models.CharField("文种代码", max_length=48)
    title = models.CharField("文种", max_length=100)
    number = models.CharField("文号", max_length=64)
    issuer = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="发文单位")
    addressee = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主送单位"
    )
    addressee_name = models.CharField("主送", max_length=200, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )
    issued_at = models.DateTimeField("签发时间")
    on_paper = models.BooleanField("纸质来文", default=False)
    content = models.JSONField("内容", default=dict)
    template_version = models.CharField("模板版本", max_length=32, blank=True)
    content_hash = models.CharField("内容摘要", max_length=64, blank=True)
    verification_code = models.CharField("校验码", max_length=40, null=True, blank=True, unique=True)
    pdf = models.FileField(upload_to="letters/%Y/%m", max_length=200, blank=True)
    docx = models.FileField(upload_to="letters/%Y/%m", max_length=200, blank=True)
    pdf_sha256 = models.CharField("PDF SHA-256", max_length=64, blank=True)
    docx_sha256 = models.CharField("DOCX SHA-256", max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField("页数", default=0)
    rendered_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField("送达方式", max_length=16, choices=Delivery.choices, default=Delivery.PLATFORM)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    receipt = models.ForeignKey(
        Material, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送达回证"
    )
    scan = models.ForeignKey(
        Material, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章扫描件"
    )
    void_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "公文"
        verbose_name_plural = "公文"
        ordering = ("issued_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number"], condition=models.Q(on_paper=False), name="letter_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["proceeding", "id"], name="letter_of_proceeding"),
            # What is still to be served on paper (LetterQuerySet.to_serve): a handful, asked for by every worklist.
            models.Index(
                fields=["proceeding"],
                condition=models.Q(
                    on_paper=False, void_at=None, addressee__isnull=False, delivery="paper", delivered_at=None
                ),
                name="letter_to_serve",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def signer(self):
        """ "周建国", or "赵明（受周建国委托签发）"; nothing of a letter on paper."""
        return (self.content or {}).get("signed_by") or (self.signed_by.name if self.signed_by_id else "")

    @property
    def served_by_hand(self):
        """Does the issuer serve it against a signature (送达回证)? To a unit outside the platform, or a person."""
        by_hand = self.delivery == self.Delivery.PAPER or self.addressee_id is None
        return by_hand and not self.on_paper and self.void_at is None

    @property
    def is_to_serve(self):
        """Like LetterQuerySet.to_serve(), of one that is at hand."""
        ours = not self.on_paper and self.void_at is None and self.addressee_id is not None
        return ours and self.delivery == self.Delivery.PAPER and self.delivered_at is None
