"""The exact optimum of small orienteering problems, by dynamic programming over all subsets of the places."""

from __future__ import annotations

import numpy as np

from server.tours.orienteering import Question


def exact_value(question: Question) -> float:
    """The most value within the budget, for up to some 14 places: after Bellman (1962) and Held and Karp (1962)."""
    places = question.end - 1
    if not places:
        return 0.0
    subsets = 1 << places
    shortest_s = np.full((subsets, places), np.inf)
    ways_s, stops_s = question.ways_s[1:-1, 1:-1], question.stops_s[1:-1]
    for place in range(places):
        shortest_s[1 << place, place] = question.ways_s[0, place + 1] + stops_s[place]
    for subset in range(1, subsets):
        here_s = shortest_s[subset]
        for place in range(places):
            if not subset >> place & 1:
                reached_s = float((here_s + ways_s[:, place]).min()) + stops_s[place]
                grown = subset | 1 << place
                shortest_s[grown, place] = min(shortest_s[grown, place], reached_s)
    home_s = (shortest_s + question.ways_s[1:-1, -1][None, :]).min(axis=1)
    members = (np.arange(subsets)[:, None] >> np.arange(places)) & 1
    allowed = (home_s <= question.budget_s + 1e-9) & (members.sum(axis=1) <= question.most)
    return float(max(0.0, (members @ question.values[1:-1])[allowed].max(initial=0.0)))
