"""Schemathesis makes requests from the OpenAPI description, both such as it allows and such as it forbids: no answer is
a fault (5xx). Bounded in number and derandomized, so that each run asks the same."""

import contextlib
import time

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from accounts import tokens as api_tokens

pytestmark = [pytest.mark.django_db]

EXAMPLES = 2  # of each kind for each operation
LONGEST = 60  # seconds for all of them; about a half of it on an idle machine


@pytest.fixture
def matters(desk, licheng_clerk, licheng_leader, shijian_leader):
    """{part of the address: ids}: transfers in the states that most steps start from, and what hangs on them."""
    ready = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    sent, refused = desk.send(licheng_leader), desk.send(licheng_leader)
    desk.do(refused, "refuse", shijian_leader, reason="不属本局管辖", legal_basis="职责清单")
    transfers = [ready, sent, refused]
    return {
        "transfers": [t.pk for t in transfers], "cases": [t.case_id for t in transfers],
        "letters": [sent.letters.get().pk], "materials": [m.pk for m in sent.materials.all()],
    }  # fmt: skip


@pytest.fixture
def tokens(licheng_leader, shijian_leader):
    return [api_tokens.create(officer, "取数", 30)[1] for officer in (licheng_leader, shijian_leader)]


@pytest.fixture
def description(client):
    found = client.get("/api/schema/?format=json").json()
    # Those of the tests' own procedures are made of the same parts.
    found["paths"] = {
        path: it for path, it in found["paths"].items() if "/errands/" not in path and "/meetings/" not in path
    }
    return schemathesis.openapi.from_dict(found)


def ask(case, ids, token):
    """The status of the answer; what the request changed is taken back."""
    if "id" in (case.path_parameters or {}):
        # Else nearly every request would end at "not found".
        case.path_parameters["id"] = ids[len(str(case.body)) % len(ids)]
    try:
        prepared = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    except (ValueError, requests.RequestException):
        return None  # no client could send it
    path = prepared.path_url
    body = prepared.body or b""
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Token {token}", "Accept": "application/json"}
    if key := (case.headers or {}).get("Idempotency-Key"):
        headers["Idempotency-Key"] = str(key)
    content_type = prepared.headers.get("Content-Type", "application/octet-stream")
    with transaction.atomic():
        answer = client.generic(
            case.method, path, body.encode() if isinstance(body, str) else body, content_type, headers=headers
        )
        transaction.set_rollback(True)
    return answer.status_code


def test_no_request_made_from_the_description_is_a_fault(description, matters, tokens):
    asked, faults, started = {}, [], time.monotonic()
    for result in description.get_all_operations():
        operation = result.ok()
        ids = matters.get(operation.path.split("/")[2], [0])
        for mode in (GenerationMode.NEGATIVE, GenerationMode.POSITIVE):
            if time.monotonic() - started < LONGEST:
                hammer(operation, mode, ids, tokens, asked, faults)
    print(f"\n{sum(asked.values())} requests in {time.monotonic() - started:.0f} s: {dict(sorted(asked.items()))}")
    assert not faults, "\n".join(faults)
    assert sum(asked.values()) > 150
    assert asked.get(400, 0) > 50


def hammer(operation, mode, ids, tokens, asked, faults):
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, verbosity=Verbosity.quiet,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), token=st.sampled_from(tokens))
    def each(case, token):
        status = ask(case, ids, token)
        if status is None:
            return
        asked[status] = asked.get(status, 0) + 1
        if status >= 500:
            faults.append(f"{status}: {case.as_curl_command()[:600]}")

    # An operation that takes nothing has nothing that could be wrong with it.
    with contextlib.suppress(Unsatisfiable):
        each()
