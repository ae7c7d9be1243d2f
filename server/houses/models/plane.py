from __future__ import annotations

from django.db.models import F, Func


def on_plane(field: str) -> Func:
    """The geography as planar lon, lat: tiles and boxes are cut from an index over this."""
    return Func(F(field), function="geometry")
