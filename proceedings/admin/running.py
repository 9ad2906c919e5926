"""The platform's own running: messages and what carries them outside, work in hand, background jobs."""

from django.contrib import admin, messages
from django.utils import timezone

from proceedings.models import AutosavedForm, FilePrint, Notice, Outbox, Preparation, SweepRun
from proceedings.registry import all_procedures
from proceedings.sweep import health

from .base import (
    ForAdministrators,
    KindFilter,
    OutboxStateFilter,
    ReadOnly,
    labelled,
    link,
    step_label,
)


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "written", "unit", "to", "kind_said", "text"]
    list_filter = ["audience", "kind", ("unit", admin.RelatedOnlyFieldListFilter), "created_at"]
    search_fields = ["text", "=proceeding__id", "unit__short_name"]
    search_help_text = "按内容、单位查找"
    list_select_related = ["unit"]
    fields = ["written", "matter", "unit", "to", "to_officer", "kind_said", "text", "is_urgent", "readers"]
    readonly_fields = fields
    written = labelled("created_at", "时间")
    to = labelled("audience", "发给")
    to_officer = labelled("officer", "指定人员")
    kind_said = labelled("kind", "种类")
    is_urgent = labelled("urgent", "紧急", boolean=True)

    @admin.display(description="事项")
    def matter(self, notice):
        return link(notice.proceeding)

    @admin.display(description="已读人员")
    def readers(self, notice):
        return "、".join(r.officer.name for r in notice.reads.select_related("officer")) or "无"


@admin.register(Outbox)
class OutboxAdmin(ForAdministrators, ReadOnly, admin.ModelAdmin):
    list_display = ["id", "notice_number", "by", "stands", "tried", "next_try", "sent", "error"]
    list_filter = [OutboxStateFilter, "channel", "created_at"]
    search_fields = ["=notice__id", "last_error"]
    search_help_text = "按消息编号、错误查找"
    ordering = ["-id"]
    actions = ["retry"]
    fields = ["notice_number", "by", "stands", "tried", "next_try", "leased", "sent", "stopped", "error", "written"]
    readonly_fields = fields
    notice_number = labelled("notice_id", "消息编号")
    by = labelled("channel", "渠道")
    tried = labelled("attempts", "已试次数")
    next_try = labelled("next_attempt_at", "下次发送")
    leased = labelled("leased_until", "正在发送，至")
    sent = labelled("sent_at", "发出时间")
    stopped = labelled("dead_at", "停止重试时间")
    error = labelled("last_error", "最近错误")
    written = labelled("created_at", "生成时间")

    @admin.display(description="状态")
    def stands(self, row):
        return "已发" if row.sent_at else "已停止重试" if row.dead_at else "待发"

    def has_retry_permission(self, request):
        return request.user.is_superuser or request.user.is_administrator

    @admin.action(description="重新发送已停止重试的消息", permissions=["retry"])
    def retry(self, request, queryset):
        dead = list(queryset.exclude(dead_at=None).filter(sent_at=None))
        now = timezone.now()
        Outbox.objects.filter(pk__in=[row.pk for row in dead], sent_at=None).update(
            dead_at=None, attempts=0, next_attempt_at=now, leased_until=None
        )
        for row in dead:
            self.log_change(request, row, "重新发送")
        left = queryset.count() - len(dead)
        said = f"{len(dead)} 条将重新发送。" + (f"{left} 条没有停止重试，未作改动。" if left else "")
        self.message_user(request, said, messages.SUCCESS if dead else messages.WARNING)


@admin.register(Preparation)
class PreparationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["id", "matter", "step_label", "unit", "by", "at", "stands"]
    list_filter = ["status", ("unit", admin.RelatedOnlyFieldListFilter), "prepared_at"]
    search_fields = ["=proceeding__id", "proceeding__title", "prepared_by__name"]
    search_help_text = "按案由、拟稿人查找"
    list_select_related = ["proceeding", "unit", "prepared_by"]
    fields = ["matter", "step_label", "unit_said", "by", "at", "hash_said", "stands", "decider", "decided", "remarks"]
    readonly_fields = fields
    unit_said = labelled("unit", "单位")
    by = labelled("prepared_by", "拟稿人")
    at = labelled("prepared_at", "送签时间")
    hash_said = labelled("content_hash", "内容摘要")
    stands = labelled("status", "状态")
    decider = labelled("decided_by", "签发或退回人")
    decided = labelled("decided_at", "签发或退回时间")

    @admin.display(description="事项")
    def matter(self, prepared):
        return link(prepared.proceeding)

    @admin.display(description="步骤", ordering="step")
    def step_label(self, prepared):
        return step_label(prepared.proceeding.kind, prepared.step)


@admin.register(FilePrint)
class FilePrintAdmin(ReadOnly, admin.ModelAdmin):
    """Who took which file out as a whole, and when; not what stands in it."""

    list_display = ["id", "matter", "by", "of_unit", "asked", "stands", "sheets"]
    list_filter = ["status", ("unit", admin.RelatedOnlyFieldListFilter), "requested_at"]
    search_fields = ["=proceeding__id", "proceeding__title", "proceeding__number", "officer__name"]
    search_help_text = "按案由、编号、打印人查找"
    list_select_related = ["proceeding", "officer", "unit"]
    fields = [*list_display[1:], "made", "replaced"]
    readonly_fields = fields
    by = labelled("officer", "打印人")
    of_unit = labelled("unit", "以何单位")
    asked = labelled("requested_at", "请求时间")
    stands = labelled("status", "状态")
    sheets = labelled("pages", "页数")
    made = labelled("made_at", "制作时间")
    replaced = labelled("left_out", "未印入件数")

    @admin.display(description="事项")
    def matter(self, made):
        return link(made.proceeding)


@admin.register(AutosavedForm)
class AutosavedFormAdmin(ReadOnly, admin.ModelAdmin):
    """Who has begun what, and when. What was typed is the officer's own until it is submitted."""

    list_display = ["id", "kind_label", "step_label", "by", "of_unit", "changes", "saved"]
    list_filter = [KindFilter, "saved_at"]
    search_fields = ["officer__name", "officer__username", "unit__short_name"]
    search_help_text = "按人员、单位查找"
    list_select_related = ["officer", "unit"]
    fields = ["kind_label", "step_label", "by", "of_unit", "changes", "begun", "saved"]
    readonly_fields = fields
    by = labelled("officer", "人员")
    of_unit = labelled("unit", "单位")
    changes = labelled("revision", "保存次数")
    begun = labelled("created_at", "开始时间")
    saved = labelled("saved_at", "最近保存")

    @admin.display(description="类型", ordering="kind")
    def kind_label(self, form):
        return next((p.name for p in all_procedures() if p.code == form.kind), form.kind)

    @admin.display(description="步骤", ordering="step")
    def step_label(self, form):
        return step_label(form.kind, form.step)


@admin.register(SweepRun)
class SweepRunAdmin(ForAdministrators, ReadOnly, admin.ModelAdmin):
    """The background jobs, with the figures of the health page above them."""

    JOBS = {
        "sweep": "时限提醒",
        "expire": "到期自动办理",
        "deliver_outbox": "消息外发",
        "render_letters": "公文生成",
        "make_prints": "整卷打印",
        "tidy": "日常清理",
    }

    list_display = ["job_label", "finished", "handled", "told", "took", "waiting"]
    fields = readonly_fields = list_display
    finished = labelled("finished_at", "最近完成")
    handled = labelled("claimed", "处理数")
    told = labelled("notices", "发出消息")
    took = labelled("seconds", "用时（秒）")
    waiting = labelled("backlog", "积压")

    @admin.display(description="后台任务", ordering="job")
    def job_label(self, run):
        return self.JOBS.get(run.job, run.job)

    def changelist_view(self, request, extra_context=None):
        extra = {"title": "运行状况", "health": health(), **(extra_context or {})}
        return super().changelist_view(request, extra)
