"""The administration's site: Django's own, in the platform's look and under the house's rules (docs/adr/0019)."""

from django.contrib import admin

from jinhu_enforcement.administration import condition, menu
from jinhu_enforcement.administration.rules import under_house_rules


class Site(admin.AdminSite):
    site_header = site_title = "系统管理"
    index_title = "系统状况"

    def __init__(self, name="admin"):
        super().__init__(name)
        # Many records gone with one click, without each being asked: nowhere. An admin may offer what is safe.
        self.disable_action("delete_selected")

    def register(self, model_or_iterable, admin_class=None, **options):
        super().register(model_or_iterable, under_house_rules(admin_class or admin.ModelAdmin), **options)

    def each_context(self, request):
        context = super().each_context(request)
        return {**context, "menu": menu.groups(context["available_apps"], request.path)}

    def index(self, request, extra_context=None):
        """How the platform is doing, for those who look after it; the menu for everybody who may enter."""
        shown = {}
        if request.user.is_superuser or request.user.is_administrator:
            shown["condition"] = condition.examine(lambda label: self._may_view(request, label))
        return super().index(request, {**shown, **(extra_context or {})})

    def _may_view(self, request, label) -> bool:
        registered = {model._meta.label: shown for model, shown in self._registry.items()}
        return label in registered and registered[label].has_view_permission(request)
