"""What has to be done before the platform serves: tables, static files, the sample county. Run by the supervisor.

`python -m jinhu_enforcement.prepare` prints, as its last line, JSON for the supervisor: the demonstration accounts, and
the code with which the first administrator is made while there is none. It ends with EX_TEMPFAIL when the database does
not answer.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")
django.setup()

from django.conf import settings  # noqa: E402  models can be imported only after the set-up
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402

from accounts import setup_code  # noqa: E402
from accounts.models import ApiToken  # noqa: E402
from jinhu_enforcement.error_pages import write_error_pages  # noqa: E402
from jinhu_enforcement.outage import is_outage  # noqa: E402


def main() -> int:
    # First: without a database there is still a page that says so.
    collect_static()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        if is_outage(error):
            return os.EX_TEMPFAIL
        raise
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        load_sample_county()
        demo_mark().touch()
    elif demo_mark().exists():
        end_demo()
        demo_mark().unlink()
    told = {
        "accounts": demo_accounts() if settings.DEMO else [],
        "setup_code": setup_code.renew() if setup_code.is_needed() else setup_code.forget(),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def collect_static() -> None:
    """Only when a file changed: hashing and compressing all of them takes seconds."""
    stamp = settings.STATIC_ROOT / ".collected"
    state = static_state()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(state)
    write_error_pages()


def static_state() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    # A directory may come with the prefix of its addresses.
    directories = [entry[1] if isinstance(entry, tuple) else entry for entry in settings.STATICFILES_DIRS]
    for directory in (*directories, settings.BASE_DIR / "requirements.txt"):
        for path in sorted([directory, *Path(directory).rglob("*")]):
            if path.is_file():
                state = path.stat()
                digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_sample_county() -> None:
    """The first time only: afterwards the copy belongs to whoever works in it."""
    if not get_user_model().objects.exists():
        sys.stderr.write("正在载入示例县数据（第一次需要约半分钟）……\n")
        # All or nothing: an interrupted first start begins anew.
        with transaction.atomic():
            call_command("load_sample_county", password=settings.DEMO_PASSWORD, verbosity=0)


def demo_mark() -> Path:
    return settings.DATA_DIR / ".demo"


def end_demo() -> None:
    """Without DEMO the published password opens nothing (accounts.py); what it has opened is closed here."""
    sessions = Session.objects.all().delete()[0]
    tokens = ApiToken.objects.all().delete()[0]
    sys.stderr.write(f"演示已结束：{sessions} 个登录、{tokens} 个令牌已失效，演示密码不能再登录。\n")


def demo_accounts() -> list[dict]:
    """Who is there to try, grouped by unit, for the table that the supervisor prints."""
    officers = get_user_model().objects.filter(is_active=True).select_related("unit").order_by("unit_id", "username")
    return [
        {"username": o.username, "name": o.name, "unit": o.unit.short_name if o.unit else "", "post": o.post}
        for o in officers
    ]


if __name__ == "__main__":
    sys.exit(main())
