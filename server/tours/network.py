"""Streets as a graph: edges that meet at nodes, and places laid onto them. Everything is in metres on a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.ops import substring

from server.tours.noding import GRID_M, Lines

KERB_M = 20.0  # a roadside point so near to a street stands on it
FAR_M = 150.0  # a place farther from any street lies on none

Spot = tuple[float, float]
Step = tuple[int, float, int, float, float]
"""To a node: the node, metres, and the edge that it is taken on, from and to so many metres along it."""
Steps = dict[int, list[Step]]


@dataclass(frozen=True)
class Place:
    """A spot as a node of its own, so far along its edge and so far beside it; on no edge (-1) it is on no street."""

    node: int
    edge: int
    along_m: float
    off_m: float


@dataclass(frozen=True)
class Network:
    """`edges` are LineStrings that touch at their ends alone; `tails` and `heads` (E,) name the nodes of each."""

    edges: Lines
    tails: NDArray[np.intp]
    heads: NDArray[np.intp]

    @cached_property
    def lengths_m(self) -> NDArray[np.float64]:
        return np.asarray(shapely.length(self.edges), dtype=float)

    @cached_property
    def nodes(self) -> int:
        return int(max(self.tails.max(initial=-1), self.heads.max(initial=-1))) + 1

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.edges)

    @cached_property
    def steps(self) -> Steps:
        steps: Steps = {node: [] for node in range(self.nodes)}
        ends = zip(self.tails.tolist(), self.heads.tolist(), self.lengths_m.tolist(), strict=True)
        for edge, (tail, head, length_m) in enumerate(ends):
            join(steps, edge, (tail, 0.0), (head, length_m))
        return steps

    def place(self, spot: Spot, number: int) -> Place:
        """The nearest point of the nearest street."""
        node, point = self.nodes + number, Point(spot)
        edge = int(self.tree.nearest(point)) if len(self.edges) else -1
        off_m = float(self.edges[edge].distance(point)) if edge >= 0 else np.inf
        if off_m > FAR_M:
            return Place(node, -1, 0.0, 0.0)
        return Place(node, edge, float(self.edges[edge].project(point)), off_m if off_m > KERB_M else 0.0)

    def steps_with(self, places: Sequence[Place]) -> Steps:
        """The steps that places add: from the ends of each edge with places to the first and last of them, and between them."""
        added: Steps = {}
        on_edge: dict[int, list[tuple[int, float]]] = {}
        for place in places:
            if place.edge >= 0:
                on_edge.setdefault(place.edge, []).append((place.node, place.along_m))
        for edge, marks in on_edge.items():
            marks.sort(key=lambda mark: mark[1])
            begin, end = (int(self.tails[edge]), 0.0), (int(self.heads[edge]), float(self.lengths_m[edge]))
            for one, other in pairwise([begin, *marks, end]):
                join(added, edge, one, other)
        return added

    def piece(self, step: Step) -> list[Spot]:
        """The line of a step, in its direction."""
        _, _, edge, from_m, to_m = step
        part = substring(self.edges[edge], from_m, to_m)
        return [(x, y) for x, y in part.coords]


def join(steps: Steps, edge: int, one: tuple[int, float], other: tuple[int, float]) -> None:
    """Two nodes with their metres along an edge become neighbours."""
    (first, first_m), (second, second_m) = one, other
    way_m = abs(second_m - first_m)
    steps.setdefault(first, []).append((second, way_m, edge, first_m, second_m))
    steps.setdefault(second, []).append((first, way_m, edge, second_m, first_m))


def network_of(edges: Lines) -> Network:
    """Of lines as `noding.noded` gives them: ends within the grid are one node."""
    if not len(edges):
        none = np.array([], dtype=np.intp)
        return Network(edges, none, none)
    ends = np.array([(line.coords[0], line.coords[-1]) for line in edges]).reshape(-1, 2)
    _, nodes = np.unique(np.round(ends / GRID_M).astype(np.int64), axis=0, return_inverse=True)
    tails, heads = nodes.reshape(-1, 2).T
    return Network(edges, tails, heads)
