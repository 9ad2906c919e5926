from django.contrib import admin

from proceedings.admin import ProceedingBaseAdmin

from .models import Complaint


@admin.register(Complaint)
class ComplaintAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "nature", "township", "state_label", "holder", "opened_at"]
    list_filter = [
        *ProceedingBaseAdmin.list_filter,
        "channel",
        "nature",
        ("township", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["holder", "township"]
    search_fields = [*ProceedingBaseAdmin.search_fields, "subject", "place", "order_number"]
    search_help_text = "按编号、事由、被投诉人、地点、工单号查找"
    # Who complained is shown by the reveal alone.
    hidden = ProceedingBaseAdmin.hidden | {"identity"}
