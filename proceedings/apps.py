from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProceedingsConfig(AppConfig):
    name = "proceedings"
    verbose_name = "办理引擎"

    def ready(self):
        from django.utils.module_loading import autodiscover_modules

        from . import checks, moments  # noqa: F401  checks registers the system checks
        from .permissions import ensure_permissions

        moments.register()
        autodiscover_modules("procedures")
        post_migrate.connect(ensure_permissions, dispatch_uid="proceedings.ensure_permissions")
