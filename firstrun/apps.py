from django.apps import AppConfig


class FirstrunConfig(AppConfig):
    name = "firstrun"
    verbose_name = "启用"
