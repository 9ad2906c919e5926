"""Whose address counts when proxies stand in between."""

import pytest

from jinhu_enforcement.addresses import client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "6.6.6.6", "10.1.1.1"),  # not a proxy of ours: its word does not count
        ("192.168.0.5", "10.2.2.2", "10.2.2.2"),
        ("192.168.0.5", "6.6.6.6, 10.2.2.2", "10.2.2.2"),  # the first part came from the client
        ("192.168.0.5", "10.2.2.2, 192.168.0.9", "10.2.2.2"),  # two proxies in a row
        ("192.168.0.5", "10.2.2.2, nonsense", "192.168.0.5"),
        ("192.168.0.5", "", "192.168.0.5"),
        ("192.168.0.5", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_client_address(rf, settings, peer, forwarded, expected):
    settings.TRUSTED_PROXIES = ["192.168.0.0/24"]
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
