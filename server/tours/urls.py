from __future__ import annotations

from server.core.roles import Role, route
from server.tours import views

app_name = "tours"
urlpatterns = [
    route("tour/", views.tour, role=Role.ANYONE, name="tour"),
    route("tour.gpx", views.gpx, role=Role.ANYONE, name="gpx"),
]
