from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import setup_code


class Command(BaseCommand):
    help = "Print a new setup code (启用码), with which the first administrator is made in the browser."

    def handle(self, *args, **options):
        if not setup_code.is_needed():
            raise CommandError("已有系统管理员，不需要启用码。忘记密码的，用 manage.py one_time_password 用户名。")
        self.stdout.write(
            f"启用码：{setup_code.renew()}（此前的作废）\n打开 {settings.SITE_URL}/setup/administrator/ 设立首位系统管理员。"
        )
