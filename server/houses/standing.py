"""What ranks a house: what the scorer says of it, drawn towards 100 by counted votes. Needs nothing but arithmetic."""

from __future__ import annotations

K = 50
"""So many votes draw a house half of the way to 100. The database's function house_standing holds the same number."""
FORMULA = "standing = 100 - (100 - worth) * k / (votes + k)"


def standing(worth: float, votes: int, k: int = K) -> float:
    """In [0, 100] from `worth` in [0, 100] and a number of counted votes: `worth` itself without votes, and never less.

    A prior of k votes, all of which say what the scorer says: three votes move a house by 6 % of what it lacks to 100, three
    hundred by 86 %. Computed in the very order in which the database does it, so that both agree to the last bit.
    """
    return 100 - (100 - worth) * k / (votes + k)
