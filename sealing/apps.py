from django.apps import AppConfig


class SealingConfig(AppConfig):
    name = "sealing"
    verbose_name = "身份信息封存"

    def ready(self):
        from . import checks  # noqa: F401
