from __future__ import annotations

from server.core.roles import Role, route
from server.maps import views

app_name = "maps"
urlpatterns = [
    route("", views.map_page, role=Role.ANYONE, name="map"),
    route("embed/", views.embed, role=Role.ANYONE, name="embed"),
    route("places/", views.places, role=Role.ANYONE, name="places"),
    route("neighbourhoods.json", views.names, role=Role.ANYONE, name="names"),
    route("preview.png", views.preview, role=Role.ANYONE, name="preview"),
    route("leaderboard/", views.leaderboard, role=Role.ANYONE, name="leaderboard"),
]
