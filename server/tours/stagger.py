"""Tours that are equally good begin at different houses, so that not everybody is at the same one first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from server.tours.order import Ways, length

CROWD = 2  # so many tours of an evening may begin at a house before others are sent elsewhere
AS_GOOD = 1.02

Order = tuple[int, ...]


def equal_orders(ways: Ways, *, back: bool, started: bool) -> list[Order]:
    """Orders of all places that are at most two per cent longer than the one given (0, 1, 2 …), which comes first.

    The other way round; and where the tour is a ring without a start of its own (`started`), from every place of it.
    """
    given = tuple(range(len(ways)))
    if len(given) < 2:
        return [given]
    fixed = 1 if started else 0
    orders = [given, (*given[:fixed], *reversed(given[fixed:]))]
    if back and not started:
        orders = [order[at:] + order[:at] for order in orders for at in range(len(given))]
    longest = AS_GOOD * way_of(given, ways, back) + 1e-6
    return list(dict.fromkeys(order for order in orders if way_of(order, ways, back) <= longest))


def way_of(order: Sequence[int], ways: Ways, back: bool) -> float:
    again = [order[0]] if back else []
    return length([*order, *again], ways)


def staggered(orders: Sequence[Order], firsts: Sequence[str], begun: Mapping[str, int], key: str) -> Order:
    """The first of the orders, unless its first house (`firsts`, one per order) begins many tours of this evening (`begun`).

    Then one of those whose first house begins fewest; which of them, the key decides, always in the same way.
    """
    counts = [begun.get(first, 0) for first in firsts]
    if counts[0] < CROWD:
        return orders[0]
    free = [at for at, count in enumerate(counts) if count == min(counts)]
    return orders[min(free, key=lambda at: sha256(f"{key} {firsts[at]} {at}".encode()).digest())]
