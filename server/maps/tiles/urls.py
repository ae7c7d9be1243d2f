"""Everything below /tiles/."""

from __future__ import annotations

from server.core.roles import Role, route
from server.maps.tiles import api

app_name = "tiles"
urlpatterns = [
    route("houses/<int:z>/<int:x>/<int:y>.mvt", api.houses, role=Role.ANYONE, name="houses"),
    route(
        "neighbourhoods/<int:z>/<int:x>/<int:y>.mvt",
        api.neighbourhoods,
        role=Role.ANYONE,
        name="neighbourhoods",
    ),
    route("base/<int:z>/<int:x>/<int:y>.mvt", api.base, role=Role.ANYONE, name="base"),
    route("heat/<int:z>/<int:x>/<int:y>.png", api.heat, role=Role.ANYONE, name="heat"),
    route("<slug:name>.json", api.describe, role=Role.ANYONE, name="tilejson"),
]
