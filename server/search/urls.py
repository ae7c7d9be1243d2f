from __future__ import annotations

from server.core.roles import Role, route
from server.search import views

app_name = "search"
urlpatterns = [
    route("", views.start, role=Role.ANYONE, name="start"),
    route("like/<slug:public_id>/", views.like, role=Role.ANYONE, name="like"),
    route("thing/<slug:public_id>/", views.thing, role=Role.ANYONE, name="thing"),
    route("<slug:public_id>/", views.search, role=Role.ANYONE, name="search"),
]
