"""Masked and for reading only; the log of who looked is the administrators' to audit."""

from django.contrib import admin

from .models import Custody, RevealLog, SealedIdentity


class ReadOnly:
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class CustodyInline(ReadOnly, admin.TabularInline):
    model = Custody
    fields = ("unit", "since", "until", "given_by", "given_by_unit", "why")
    extra = 0


@admin.register(SealedIdentity)
class SealedIdentityAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "masked_name", "masked_phone", "township", "created_at", "closed_at", "erased_at")
    fields = ("masked_name", "masked_phone", "masked_number", "township", "created_at", "closed_at", "erased_at")
    inlines = (CustodyInline,)
    search_fields = ("=id", "township")
    search_help_text = "按编号、镇街查找；电话不在这里查"
    list_filter = ("township", "closed_at", "erased_at")


@admin.register(RevealLog)
class RevealLogAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "officer_name", "unit_name", "identity", "about", "reason", "address")
    list_filter = ("unit",)
    search_fields = ("officer_name", "about", "=identity__id")
    search_help_text = "按查看人、事项、编号查找"
    date_hierarchy = "at"
    fields = ("identity", "officer", "officer_name", "unit", "unit_name", "at", "reason", "address", "about")
