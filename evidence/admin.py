from django.contrib import admin

from .models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):
    """To look up a hash. The files themselves are reached through the matters they belong to only."""

    list_display = ["id", "sha256", "content_type", "size", "scanned", "created_at", "erased_at"]
    list_filter = ["content_type", "scanned", "created_at", ("erased_at", admin.EmptyFieldListFilter)]
    search_fields = ["=sha256"]
    search_help_text = "按完整的 SHA-256 查找"
    fields = ["sha256", "size", "content_type", "extension", "pages", "scanned", "created_at", "erased_at"]
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
