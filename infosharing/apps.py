from django.apps import AppConfig


class InfosharingConfig(AppConfig):
    name = "infosharing"
    verbose_name = "信息共享"
