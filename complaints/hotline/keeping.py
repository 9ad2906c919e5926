"""Between the check and the registration: the rows that are good, sealed, with what was said of the others.

Neither the file nor any entry of a row lies anywhere in the clear. Kept as an officer's unsubmitted form, so that a
change of keys and the nightly clearing take care of it; an officer has one at most, and none once it is registered.
"""

import json
from dataclasses import asdict

from django.db import transaction

from proceedings.drafting import as_uuid
from proceedings.models import AutosavedForm
from proceedings.sealed import MARK
from sealing.keyring import keyring
from spreadsheets.problems import Problem

from .checking import Checked, Ready

KIND, STEP = "complaint", "import_hotline"


def keep(checked, officer, name):
    """The token under which it is found again."""
    words = {
        "name": name, "ready": [asdict(row) for row in checked.ready], "skipped": checked.skipped,
        "problems": [asdict(problem) for problem in checked.problems], "unused": checked.unused,
    }  # fmt: skip
    data = {"rows": {MARK: keyring().seal(json.dumps(words, default=str))}}
    with transaction.atomic():
        of(officer).delete()
        return AutosavedForm.objects.create(
            officer=officer, unit=officer.acting_unit, kind=KIND, step=STEP, data=data
        ).token


def of(officer):
    return AutosavedForm.objects.filter(officer=officer, kind=KIND, step=STEP)


def kept(token, officer, *, lock=False):
    """(the form's row, file's name, Checked), or None when it is registered, replaced or another unit's."""
    rows = of(officer).filter(token=as_uuid(token), unit=officer.acting_unit)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    words = row and row.entries.get("rows")
    if not words:
        return None
    words = json.loads(words) if isinstance(words, str) else words
    checked = Checked(
        [Ready(**one) for one in words["ready"]], words["skipped"], [Problem(**one) for one in words["problems"]],
        words["unused"],
    )  # fmt: skip
    return row, words["name"], checked
