from __future__ import annotations

from server.boards import views as boards
from server.core.roles import Role, route
from server.maps import standing, views

app_name = "maps"
urlpatterns = [
    route("", views.map_page, role=Role.ANYONE, name="map"),
    route("embed/", views.embed, role=Role.ANYONE, name="embed"),
    route("places/", views.places, role=Role.ANYONE, name="places"),
    route("neighbourhoods.json", views.names, role=Role.ANYONE, name="names"),
    route("preview.png", views.preview, role=Role.ANYONE, name="preview"),
    route("leaderboard/", boards.houses, role=Role.ANYONE, name="leaderboard"),
    route("neighbourhoods/<slug:slug>/", standing.neighbourhood, role=Role.ANYONE, name="neighbourhood"),
    route("streets/<int:street>/", standing.street, role=Role.ANYONE, name="street"),
    route("points/", standing.how_points_are_made, role=Role.ANYONE, name="points"),
]
