import uuid

from django.db import models


class StoredFileQuerySet(models.QuerySet):
    def erasable_leftovers(self):
        """Erased, but the bytes may still lie in the storage (the process died in between)."""
        return self.filter(erased_at__isnull=False).exclude(file="")


class StoredFile(models.Model):
    """A checked file. What it belongs to and who may see it is the caller's to say."""

    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("大小（字节）")
    content_type = models.CharField("类型", max_length=100)
    extension = models.CharField("后缀", max_length=8)
    name = models.CharField("文件名", max_length=200)
    file = models.FileField("存放位置", max_length=200, blank=True)
    pages = models.PositiveIntegerField("页数", null=True, blank=True, help_text="PDF，首次预览时得出。")
    scanned = models.BooleanField("已查毒", default=False)
    created_at = models.DateTimeField("入库时间", auto_now_add=True)
    erased_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "材料文件"
        ordering = ["-id"]

    def __str__(self):
        return self.name

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @property
    def short_hash(self) -> str:
        return self.sha256[:12]


class UploadSession(models.Model):
    """An upload that survives a lost connection. Its pieces lie in the storage, so any web host may go on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField("上传人", max_length=64, help_text="由调用方给出，只有同一人可以续传。")
    name = models.CharField("文件名", max_length=200)
    total = models.PositiveBigIntegerField("总大小")
    offset = models.PositiveBigIntegerField("已收到", default=0)
    stored = models.ForeignKey(StoredFile, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    updated_at = models.DateTimeField("最近时间", auto_now=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "未完成的上传"

    def __str__(self):
        return self.name

    @property
    def folder(self) -> str:
        return f"uploads/{self.id}"


class UploadPart(models.Model):
    session = models.ForeignKey(UploadSession, models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    file = models.CharField(max_length=200)

    class Meta:
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["session", "offset"], name="evidence_one_part_per_offset")]

    def __str__(self):
        return f"{self.session_id} @{self.offset}"
