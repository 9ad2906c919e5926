"""axes (lock-out after wrong passwords) with Chinese names in the administration; its sentences are in locale/."""

from axes.apps import AppConfig


class AxesConfig(AppConfig):
    verbose_name = "登录保护"

    def ready(self):
        super().ready()
        from axes.admin import AccessAttemptAdmin

        # Columns that are methods: no catalogue reaches their names.
        AccessAttemptAdmin.status.short_description = "状态"
        AccessAttemptAdmin.expiration.short_description = "失效时间"
