"""Shortest ways between places that are laid onto a network (Dijkstra), in metres on a plane."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf

import numpy as np
from numpy.typing import NDArray

from server.tours.network import Network, Place, Spot, Step, Steps

Came = dict[int, tuple[int, Step]]
"""Of each node that was reached: the node before it, and the step from there."""


@dataclass(frozen=True)
class Laid:
    """A network with places on it; `added` are the steps to and from them."""

    network: Network
    places: Sequence[Place]
    added: Steps

    def steps_from(self, node: int) -> list[Step]:
        added = self.added.get(node, [])
        return added if node >= self.network.nodes else self.network.steps[node] + added

    def ways_m(self, nearest: int | None = None) -> NDArray[np.float64]:
        """(N, N) between each two places; infinite where no street leads.

        With `nearest`, only so many are looked for around each place but the first, and a way to farther ones is composed of ways
        between near ones: never shorter than the shortest, and in a town with houses all over hardly longer.
        """
        ways_m = np.full((len(self.places), len(self.places)), np.inf)
        index = {place.node: number for number, place in enumerate(self.places)}
        for number, place in enumerate(self.places):
            most = None if nearest is None or number == 0 else nearest
            for node, way_m in self.reached(place.node, index, most).items():
                ways_m[number, index[node]] = way_m
        ways_m = np.minimum(ways_m, ways_m.T)
        if nearest is not None:
            compose(ways_m)
        off_m = np.array([place.off_m for place in self.places])
        ways_m += off_m[:, None] + off_m[None, :]
        np.fill_diagonal(ways_m, 0.0)
        return ways_m

    def reached(
        self, start: int, wanted: Collection[int], most: int | None = None, came: Came | None = None
    ) -> dict[int, float]:
        """Metres from a node to the wanted ones, to the nearest `most` of them or to all; it counts as one itself if wanted."""
        enough = len(wanted) if most is None else min(len(wanted), most + 1)
        distances_m, found, waiting = {start: 0.0}, dict[int, float](), [(0.0, start)]
        while waiting and len(found) < enough:
            here_m, node = heappop(waiting)
            if here_m > distances_m[node]:
                continue
            if node in wanted:
                found[node] = here_m
            for step in self.steps_from(node):
                there_m = here_m + step[1]
                if there_m < distances_m.get(step[0], inf):
                    distances_m[step[0]] = there_m
                    heappush(waiting, (there_m, step[0]))
                    if came is not None:
                        came[step[0]] = (node, step)
        return found

    def line(self, one: int, other: int) -> list[Spot]:
        """The shortest way between two places as a line; empty where no street leads."""
        start, node = self.places[one].node, self.places[other].node
        came: Came = {}
        if node not in self.reached(start, {node}, came=came):
            return []
        pieces: list[list[Spot]] = []
        while node != start:
            node, step = came[node]
            pieces.append(self.network.piece(step))
        return [spot for piece in reversed(pieces) for spot in piece]


def laid(network: Network, spots: Sequence[Spot]) -> Laid:
    """The network with the spots on it, each at the nearest point of the nearest street."""
    places = [network.place(spot, number) for number, spot in enumerate(spots)]
    return Laid(network, places, network.steps_with(places))


def compose(ways_m: NDArray[np.float64]) -> None:
    """Closes a matrix of ways over all ways by way of others (Floyd and Warshall), in place."""
    for number in range(len(ways_m)):
        np.minimum(ways_m, ways_m[:, number, None] + ways_m[None, number, :], out=ways_m)
