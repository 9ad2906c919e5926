"""Information that is shared (信息共享, M3.3), and figures that are asked for (数据请求, M3.3.3, M3.3.4)."""

from django.db import models

from proceedings.models import Proceeding


class Category(models.TextChoices):
    """The eight categories of M3.3.1–M3.3.8, in the regulation's order."""

    BASIS = "basis", "处罚事项设定依据调整"
    LICENSING = "licensing", "行政许可和监督管理信息"
    DECISIONS = "decisions", "行政处罚决定及执行情况"
    STATISTICS = "statistics", "统计分析数据"
    STANDARDS = "standards", "自由裁量标准和执法流程"
    DYNAMICS = "dynamics", "检查记录、工作简报等动态信息"
    COMPLAINTS = "complaints", "投诉举报的受理与处理情况"
    OTHER = "other", "其他执法信息"


class Audience(models.TextChoices):
    """Groups of units that an item is shared with; single units are named beside them."""

    TOWNSHIPS = "townships", "全部镇（街道）"
    DEPARTMENTS = "departments", "全部县级执法业务主管部门"
    HOLDERS = "holders", "行使该事项的单位"
    SUBSCRIBERS = "subscribers", "订阅了这类信息的单位"


class Information(Proceeding):
    """One item of information. Its audience are its parties from the publication on; a party's first look is the receipt."""

    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_information")
    category = models.CharField("类别", max_length=16, choices=Category)
    content = models.TextField("内容")
    formed_at = models.DateTimeField("形成时间")
    power = models.ForeignKey(
        "organizations.Power", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政处罚事项"
    )
    township = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及的镇（街道）"
    )
    groups = models.JSONField("共享范围", default=list, blank=True)
    units = models.JSONField("指定单位", default=list, blank=True, help_text="Codes of units.")
    # [{"label", "old", "new"}]: what changed in a power.
    changes = models.JSONField("变更前后", default=list, blank=True)
    extended_at = models.DateTimeField("延期时间", null=True, blank=True)
    extension_reason = models.CharField("延期原因", max_length=500, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=500, blank=True)
    # What the platform shared by itself, once: "case:12:decide". Empty for what an officer wrote.
    source_key = models.CharField("自动共享来源", max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name = "共享信息"
        verbose_name_plural = "共享信息"
        indexes = [
            models.Index(fields=["category", "-proceeding_ptr"], name="information_category"),
            models.Index(fields=["power", "-proceeding_ptr"], name="information_power"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"], condition=~models.Q(source_key=""), name="information_shared_once"
            )
        ]

    @property
    def by_itself(self):
        return bool(self.source_key)


class Subscription(models.Model):
    """What a unit wants to receive: everything that fits all that is named."""

    unit = models.ForeignKey("organizations.Unit", models.CASCADE, related_name="+", verbose_name="单位")
    category = models.CharField("类别", max_length=16, choices=Category, blank=True)
    power = models.ForeignKey(
        "organizations.Power", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="行政处罚事项"
    )
    township = models.ForeignKey(
        "organizations.Unit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="涉及的镇（街道）"
    )
    made_by = models.ForeignKey("organizations.Officer", models.PROTECT, related_name="+", verbose_name="订阅人")
    made_at = models.DateTimeField("订阅时间", auto_now_add=True)

    class Meta:
        verbose_name = "信息订阅"
        verbose_name_plural = "信息订阅"
        ordering = ["category", "power__code", "township__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "category", "power", "township"], nulls_distinct=False, name="subscription_once"
            )
        ]

    def __str__(self):
        return " · ".join(self.words)

    @property
    def wanted(self):
        return self.category, self.power_id, self.township_id

    @property
    def words(self):
        named = [
            self.get_category_display(),
            self.power and self.power.name,
            self.township and self.township.short_name,
        ]
        return [one for one in named if one] or ["全部信息"]


class DataRequest(Proceeding):
    """Figures or material that one unit asks several others for, by a day."""

    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_data_request")
    wanted = models.TextField("要求")
    purpose = models.CharField("用途", max_length=300, blank=True)
    due_on = models.DateField("最迟报送日")
    # [{"name": "罚款金额", "kind": "number", "required": "1"}]: the columns of the table to fill in; empty: words and files only.
    columns = models.JSONField("表格栏目", default=list, blank=True)

    class Meta:
        verbose_name = "数据请求"
        verbose_name_plural = "数据请求"


class DataAnswer(models.Model):
    """What one unit answered; a correction replaces it, the timeline keeps that there was another."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="answers", verbose_name="数据请求")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="报送单位")
    # [{"c1": "12", …}], by the columns' places.
    rows = models.JSONField("数据", default=list, blank=True)
    words = models.TextField("说明", blank=True)
    officer = models.ForeignKey("organizations.Officer", models.PROTECT, related_name="+", verbose_name="报送人")
    answered_at = models.DateTimeField("报送时间")
    by_file = models.BooleanField("以表格文件报送", default=False)

    class Meta:
        verbose_name = "数据报送"
        verbose_name_plural = "数据报送"
        ordering = ["unit__code"]
        constraints = [models.UniqueConstraint(fields=["request", "unit"], name="data_answer_once")]

    def __str__(self):
        return f"{self.unit} → {self.request}"


class Training(Proceeding):
    """业务培训 about a power (M2.2): announced, enrolled for by units, held."""

    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_training")
    power = models.ForeignKey(
        "organizations.Power", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行政处罚事项"
    )
    content = models.TextField("内容")
    begins_at = models.DateTimeField("培训时间")
    place = models.CharField("地点", max_length=200)
    trainer = models.CharField("授课人", max_length=100, blank=True)
    groups = models.JSONField("参加范围", default=list, blank=True)
    units = models.JSONField("指定单位", default=list, blank=True)
    # [{"unit", "names"}], as enrolled and as they came.
    enrolled = models.JSONField("报名", default=list, blank=True)
    attended = models.JSONField("到场", default=list, blank=True)
    outcome = models.TextField("培训情况", blank=True)

    class Meta:
        verbose_name = "业务培训"
        verbose_name_plural = "业务培训"


class Question(Proceeding):
    """业务咨询: a township asks the lead department about a power (M2.2)."""

    proceeding_ptr = models.OneToOneField(Proceeding, models.CASCADE, parent_link=True, related_name="as_question")
    power = models.ForeignKey("organizations.Power", models.PROTECT, related_name="+", verbose_name="行政处罚事项")
    question = models.TextField("问题")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    open_to_holders = models.BooleanField("供行使该事项的各单位参考", default=True)

    class Meta:
        verbose_name = "业务咨询"
        verbose_name_plural = "业务咨询"
