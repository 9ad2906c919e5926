"""Every page that the browser tests know costs less than twelve queries, whoever opens it."""

import pytest

from organizations.models import Officer
from tests.counting import queries_counted
from tests.e2e.pages import PAGES, matters  # noqa: F401  a fixture

FEWER_THAN = 12
# Django's own forms ask for every list they offer; they are opened a few times a year, by administrators.
ELSEWHERE = ("/admin/",)


@pytest.mark.django_db
def test_every_page_costs_less_than_twelve_queries(client, matters, capsys):  # noqa: F811
    records = {name: record.pk for name, record in matters.items()}
    dear, lines = [], []
    for username, path in PAGES:
        if path.startswith(ELSEWHERE):
            continue
        client.force_login(Officer.objects.get(username=username))
        # The first time a connection prepares its statements (proceedings/compiled.py), and a new form gets its address.
        led_to = client.get(path.format(**records), follow=True).redirect_chain
        path = led_to[-1][0] if led_to else path.format(**records)
        with queries_counted() as queries:
            answer = client.get(path)
        assert answer.status_code == 200, path
        lines.append(f"{len(queries):>3}  {username:<16} {path}")
        if len(queries) >= FEWER_THAN:
            dear.append((path, [query["sql"][:160] for query in queries]))
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert not dear
