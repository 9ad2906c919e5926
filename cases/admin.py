from django.contrib import admin

from proceedings.admin import ProceedingBaseAdmin

from .models import Case


@admin.register(Case)
class CaseAdmin(ProceedingBaseAdmin):
    list_display = ["id", "number", "title", "party", "township", "state_label", "holder", "hops", "opened_at"]
    list_filter = [
        *ProceedingBaseAdmin.list_filter,
        "source",
        "party_kind",
        ("township", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["holder", "township"]
    search_fields = [*ProceedingBaseAdmin.search_fields, "party_name", "place", "paper_number"]
    search_help_text = "按编号、案由、当事人、地点查找"
    # How to reach the party is for the officers who handle the case.
    hidden = ProceedingBaseAdmin.hidden | {"party_contact"}

    @admin.display(description="当事人", ordering="party_name")
    def party(self, case):
        return case.party
