from string import Formatter

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

DEFAULT_PATTERN = "{prefix}{kind}〔{year}〕{n}号"
PLACEHOLDERS = ("prefix", "kind", "year", "n")


def validate_pattern(pattern: str) -> None:
    """A pattern must hold the running number and the year, or two letters could bear one number."""
    try:
        parts = [
            (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(pattern) if name is not None
        ]
    except ValueError:
        parts = [("", "", "")]
    if any(name not in PLACEHOLDERS or spec or conversion for name, spec, conversion in parts):
        raise ValidationError("格式只能使用 {prefix}、{kind}、{year}、{n} 四个占位符。")
    if not {"year", "n"} <= {name for name, _, _ in parts}:
        raise ValidationError("格式必须同时包含 {year}（年份）和 {n}（序号）。")


class NumberSeries(models.Model):
    """The running number (发文字号) of one issuer, one kind of letter and one year."""

    issuer_code = models.CharField("发文单位代码", max_length=40)
    kind = models.CharField("文种代字", max_length=10, blank=True, help_text="如“移”“受”。")
    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(1949)])
    start = models.PositiveIntegerField(
        "起始号",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="平台启用前已在纸面编到第几号，这里填下一个号。编出第一个号以后不能再改。",
    )
    last = models.PositiveIntegerField("已编到", null=True, blank=True, editable=False)
    pattern = models.CharField(
        "格式",
        max_length=60,
        default=DEFAULT_PATTERN,
        validators=[validate_pattern],
        help_text="占位符：{prefix} 机关代字，{kind} 文种代字，{year} 年份，{n} 序号。新的一年沿用上一年的格式。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        ordering = ["-year", "issuer_code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["issuer_code", "kind", "year"], name="letters_one_series"),
            models.CheckConstraint(
                condition=models.Q(last__isnull=True) | models.Q(last__gte=models.F("start")),
                name="letters_last_from_start",
            ),
        ]

    def __str__(self):
        return f"{self.issuer_code} {self.kind} {self.year}年"

    @property
    def upcoming(self) -> int:
        return self.start if self.last is None else self.last + 1

    def clean(self):
        if self.pk:
            kept = NumberSeries.objects.filter(pk=self.pk).first()
            if kept and kept.last is not None and kept.start != self.start:
                raise ValidationError({"start": f"本序列已编到第 {kept.last} 号，起始号不能再改。"})
