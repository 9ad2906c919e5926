"""`manage.py check`: there is a key to seal with, and it is one."""

from django.conf import settings
from django.core.checks import Error, Warning, register

from .keyring import INDEX, is_key

HINT = "Make them with: python manage.py make_sealing_key, and name the file in SEALING_KEYS_FILE."


@register()
def keys_are_there(app_configs=None, **kwargs):
    entries = list(getattr(settings, "SEALING_KEYS", ()))
    found = []
    if not any(not entry.startswith(INDEX) for entry in entries):
        found.append(Error("There is no key to seal identities with.", hint=HINT, id="sealing.E001"))
    if not any(entry.startswith(INDEX) for entry in entries):
        found.append(Error("There is no index: key to find sealed telephone numbers by.", hint=HINT, id="sealing.E002"))
    for at, entry in enumerate(entries, start=1):
        if not is_key(entry):  # its text stays out of the message
            found.append(Error(f"Entry {at} of the sealing keys is no key.", hint=HINT, id="sealing.E003"))
    if len({entry.removeprefix(INDEX) for entry in entries}) < len(entries):
        found.append(
            Error("A sealing key stands twice, or serves for sealing and index.", hint=HINT, id="sealing.E004")
        )
    path = getattr(settings, "SEALING_KEYS_FILE", None)
    if path and path.exists() and path.stat().st_mode & 0o077:
        found.append(
            Warning("The file of the sealing keys is open to other users.", hint=f"chmod 600 {path}", id="sealing.W001")
        )
    return found
