from django.apps import AppConfig


class MadeUpConfig(AppConfig):
    name = "tests.made_up"
    verbose_name = "测试用办理"
