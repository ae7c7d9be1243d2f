"""What happens to houses, for the rooms above to hear."""

from __future__ import annotations

from django.dispatch import Signal

visibility_changed = Signal()
"""Sent by `hide_house` and `show_house` inside their transaction, with the `house`."""

scores_changed = Signal()
"""Sent where scores change apart from the pipeline, inside the transaction, with the `house_ids`."""

houses_merged = Signal()
"""Sent where `other` became `house`, by a person or because drives tell that they are one, inside the transaction."""

houses_parted = Signal()
"""Sent where `other`, merged into `house` before, is a house of its own again, inside the transaction."""
