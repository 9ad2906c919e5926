from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkdaysConfig(AppConfig):
    name = "workdays"
    verbose_name = "工作日历"

    def ready(self):
        from workdays import checks  # noqa: F401  (registers them)
        from workdays.seed import seed_after_migrate

        # Not a data migration: tests that flush the database get the calendar back, too.
        post_migrate.connect(seed_after_migrate, sender=self)
