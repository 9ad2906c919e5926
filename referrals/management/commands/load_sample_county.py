import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from organizations.sample import load_organizations
from proceedings import sample
from referrals.sample import load_transfers


class Command(BaseCommand):
    help = "Load the sample county: units, officers, powers, and some fifty cases on their way. Twice does no harm."

    def add_arguments(self, parser):
        parser.add_argument("--password", required=True, help="of all demonstration accounts")

    def handle(self, *args, password, verbosity, **options):
        began = time.monotonic()
        say = self.stdout.write if verbosity else (lambda text: None)
        new = {name: count for name, count in load_organizations(password).created.items() if count}
        say(f"单位、人员和清单：新增 {sum(new.values())} 项")
        opened = load_transfers(say)
        took = time.monotonic() - began
        say(f"案件移送：新增 {opened} 件，用时 {took:.0f} 秒" if opened else "已有移送事项，没有改动。")
        for name, load in sample.loaders():
            say(f"{name}：新增 {load(timezone.now())} 件")
