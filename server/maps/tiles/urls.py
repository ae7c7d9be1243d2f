"""Everything below /tiles/."""

from __future__ import annotations

from server.core.roles import Role, route
from server.maps.tiles import api
from server.maps.tiles.layers import SETS

app_name = "tiles"
urlpatterns = [
    *(
        route(
            f"{tiles.layer}/<str:z>/<str:x>/<str:y>.{tiles.suffix}",
            api.tile_view(name),
            role=Role.ANYONE,
            name=name.replace(".", "-"),
        )
        for name, tiles in SETS.items()
    ),
    route("tracks/<str:z>/<str:x>/<str:y>.mvt", api.tracks, role=Role.OWNER, name="tracks"),
    route("tracks.json", api.describe_tracks, role=Role.OWNER, name="tracks-tilejson"),
    route("style.json", api.describe_style, role=Role.ANYONE, name="style"),
    route("<slug:name>.json", api.describe, role=Role.ANYONE, name="tilejson"),
]
