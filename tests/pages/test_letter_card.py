"""The letter's card on the page of a matter."""

import pytest

pytestmark = pytest.mark.django_db


def test_code_and_hash_stand_apart(client, desk, licheng_leader, shijian_clerk):
    from proceedings.letters import render_letter

    transfer = desk.send(licheng_leader)
    letter = render_letter(transfer.letters.get())
    client.force_login(shijian_clerk)
    text = client.get(transfer.get_absolute_url()).content.decode()
    assert f"<dt>校验码</dt><dd>{letter.verification_code}</dd><dt>SHA-256</dt><dd><button" in text
