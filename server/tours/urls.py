from __future__ import annotations

from server.core.roles import Role, route
from server.tours import views

app_name = "tours"
urlpatterns = [
    route("tour/", views.tour, role=Role.ANYONE, name="tour"),
    route("tour/from-here/", views.from_here, role=Role.ANYONE, name="from-here"),
    route("tour/share/", views.share, role=Role.ANYONE, name="share"),
    route("tour/keeping-worker.js", views.keeping_worker, role=Role.ANYONE, name="keeping-worker"),
    route("tour/<slug:public_id>/", views.shared, role=Role.ANYONE, name="shared"),
    route("tour.gpx", views.gpx, role=Role.ANYONE, name="gpx"),
    route("tour.kml", views.kml, role=Role.ANYONE, name="kml"),
]
