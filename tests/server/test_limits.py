from __future__ import annotations

import pytest
from django.test import RequestFactory

from server.core.limits import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("a socket", "unknown"),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_first_half_of_an_ipv6_one(
    rf: RequestFactory, address: str, network: str
) -> None:
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network
