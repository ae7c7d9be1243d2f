"""How often something may be asked for: counted in the cache, by windows of time. Of an address only a hash is kept."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

IPV6_NETWORK = 64


@dataclass(frozen=True)
class Limit:
    """`times` in `window_s` seconds, for each one who asks."""

    name: str
    times: int
    window_s: int


def passes(limit: Limit, who: str) -> bool:
    """Counts one more time for `who`; False once the window's number is used up. What is nobody's (empty) always passes."""
    if not who:
        return True
    window = int(time.time() // limit.window_s)
    key = salted_hmac("server.core.limits", f"{limit.name} {window} {who}").hexdigest()
    cache.add(key, 0, timeout=limit.window_s)
    try:
        return cache.incr(key) <= limit.times
    except ValueError:  # the window ended between the two
        return True


def network_of(request: HttpRequest) -> str:
    """The address that the request came from, IPv6 by its /64; behind FESTIVITY_PROXIES proxies, what the first of them saw."""
    passed_on = request.headers.get("X-Forwarded-For", "").split(",")
    behind = settings.PROXIES if len(passed_on) >= settings.PROXIES else 0
    named = passed_on[-behind].strip() if behind else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(named)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)
