"""How an officer comes in: a one-time slip (一次性口令单) at first, tokens for programs (接口令牌)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Slip(models.Model):
    """The officer's password is the one on a printed slip: good for one log-in until a day, then to be changed.

    The row is gone once the officer has chosen a password. The slip's own is kept where every password is,
    as the officer's hash.
    """

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="slip", verbose_name="人员", primary_key=True
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="生成人"
    )
    issued_at = models.DateTimeField("生成时间", default=timezone.now)
    expires_at = models.DateTimeField("有效至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "一次性口令单"

    def __str__(self):
        return f"{self.officer} 的口令单"

    @property
    def spent(self) -> str:
        """Why it opens nothing any more, or ""."""
        if self.used_at is not None:
            return "used"
        return "expired" if timezone.now() >= self.expires_at else ""


class ApiTokenQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def ended(self):
        return self.exclude(revoked_at=None, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A key for `Authorization: Token …`. The key itself is shown once and kept nowhere."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name="人员"
    )
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Fetched with user name and password, over REST, rather than made on the page.
    fetched = models.BooleanField("以密码获取", default=False)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    expires_at = models.DateTimeField("有效至")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    last_used_from = models.GenericIPAddressField("最近使用地址", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["officer"], condition=Q(revoked_at=None), name="accounts_token_of_officer")]

    def __str__(self):
        return self.name

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class SetupCode(models.Model):
    """One row: the code with which the first administrator of an empty platform is made."""

    digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "启用码"

    def __str__(self):
        return f"启用码 {self.made_at:%Y-%m-%d %H:%M}"
