from django.contrib import admin

from proceedings.admin import ProceedingBaseAdmin

from .models import Transfer


@admin.register(Transfer)
class TransferAdmin(ProceedingBaseAdmin):
    list_display = [
        "id", "number", "title", "sender_unit", "receiver", "state_label", "urgent", "discovered_at", "delivered_at",
    ]  # fmt: skip
    list_filter = [
        *ProceedingBaseAdmin.list_filter,
        ("receiver", admin.RelatedOnlyFieldListFilter),
        "urgent",
        "ongoing",
        "legacy",
    ]
    list_select_related = ["holder", "receiver"]
    search_fields = [*ProceedingBaseAdmin.search_fields, "receiver__short_name", "case__party_name", "case__place"]
    search_help_text = "按文号、案由、受移送单位、当事人、地点查找"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parties__unit")

    @admin.display(description="移送单位")
    def sender_unit(self, transfer):
        return transfer.sender
