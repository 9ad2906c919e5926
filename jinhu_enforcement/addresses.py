"""Whose request it is when reverse proxies stand in between."""

import ipaddress
from functools import cache

from django.conf import settings


@cache
def _networks(names: tuple) -> list:
    return [ipaddress.ip_network(name, strict=False) for name in names]


def is_proxy(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


def client_address(request) -> str:
    """The peer, or behind trusted proxies the last address in X-Forwarded-For that is not one of them."""
    # A server on a Unix socket has no peer address; such a peer is the proxy on the same machine.
    peer = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    if not is_proxy(peer):
        return peer
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        hop = hop.strip()
        if not _is_address(hop):
            break
        if not is_proxy(hop):
            return hop
    return peer


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
