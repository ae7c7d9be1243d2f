from __future__ import annotations

from server.core.roles import Role, route
from server.maps import views

app_name = "maps"
urlpatterns = [
    route("", views.map_page, role=Role.ANYONE, name="map"),
    route("leaderboard/", views.leaderboard, role=Role.ANYONE, name="leaderboard"),
]
