from __future__ import annotations

from server.core.roles import Role, route
from server.houses import views

app_name = "houses"
urlpatterns = [
    route("list/", views.houses_in_view, role=Role.ANYONE, name="list"),
    route("lights/", views.lights, role=Role.ANYONE, name="lights"),
    route("<slug:public_id>/", views.house, role=Role.ANYONE, name="house"),
    route("<slug:public_id>/card/", views.card, role=Role.ANYONE, name="card"),
]
