"""Whether whoever may not see a matter is answered as if there were none: at every address of the resolver that takes one,
or what hangs on one (addresses.py), so that a new address is asked, too.
"""

import re

from django.test import Client

from proceedings.models import AutosavedForm

from . import addresses
from .addresses import Files

# Nothing is at it: what an address answers for these ids, it answers for a matter that one may not see.
NOBODY = 999_999_999
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
USUAL = METHODS[:2]
# A body that many forms would take, so that a check of it before the one of visibility would show.
BODY = {
    "version": "1",
    "reason": "核对",
    "text": "留言",
    "kind": "other",
    "receiver": "taji",
    "name": "x",
    "size": "10",
}


def browser(officer):
    client = Client(raise_request_exception=False)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client, path, methods):
    """{method: status} as the address answers."""
    return {method: client.generic(method.upper(), path, **body_of(method)).status_code for method in methods}


def body_of(method):
    if method not in ("post", "put", "patch"):
        return {}
    return {
        "data": "&".join(f"{name}={value}" for name, value in BODY.items()),
        "content_type": "application/x-www-form-urlencoded",
    }


def elsewhere(path):
    """The same address with an id, a token or a target of nothing."""
    path = re.sub(r"/forms/[0-9a-f-]{36}/", "/forms/00000000-0000-4000-8000-000000000000/", path)
    path = re.sub(r"/uploads/f[0-9a-f]{32}/", f"/uploads/f{'0' * 32}/", path)
    path = re.sub(r"/uploads/p\d+/", f"/uploads/p{NOBODY}/", path)
    return re.sub(r"^(/(?:api/)?[a-z-]+/)\d+/", rf"\g<1>{NOBODY}/", path)


# OPTIONS of REST says how an address is used, whatever stands there.
SAYS_HOW = {True: 200, False: 404}


def told_apart(officer, records, steps=None, methods=USUAL):
    """Addresses that answer an outsider otherwise than an address at which there is nothing, or never with 404."""
    client, wrong, paths = browser(officer), [], addresses.about(Files.of(records), steps)
    nothing = {}
    for name, path in paths:
        other = elsewhere(path)
        assert other != path, f"{name}: {path}"
        if other not in nothing:
            nothing[other] = asked(client, other, methods)
        answers = asked(client, path, methods)
        if answers != nothing[other]:
            wrong.append(f"{name} {path} for {officer}: {answers}, where nothing is {nothing[other]}")
        elif name == "autosave_discard":
            # Asked twice it is done, so it answers always the same; but nobody else's form goes by it.
            if not AutosavedForm.objects.filter(token=path.split("/")[2]).exists():
                wrong.append(f"{name} {path} for {officer}: gone")
        elif ("post" in methods and 404 not in answers.values()) or set(answers.values()) - {
            404,
            405,
            SAYS_HOW[name.startswith("api-")],
        }:
            wrong.append(f"{name} {path} for {officer}: {answers}")
    return wrong, paths
