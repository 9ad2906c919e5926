from django.core.management.base import BaseCommand, CommandError

from accounts import slips
from organizations.models import Officer


class Command(BaseCommand):
    help = "Print a one-time password for an account; the way back in for an only administrator who forgot the own."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        printed = slips.issue(Officer.objects.filter(username=username))
        if not printed:
            raise CommandError(f"没有用户名为“{username}”的有效账号。")
        one = printed[0]
        day = f"{one.last_day:%Y-%m-%d}"
        self.stdout.write(
            f"{one.officer}（{username}）的一次性口令：{one.password}\n{day} 24时前有效，只能登录一次，登录后须修改。"
        )
