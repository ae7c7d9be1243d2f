from __future__ import annotations

from server.core.roles import Role, route
from server.scorers import views

app_name = "scorers"
urlpatterns = [
    route("", views.scorers, role=Role.STAFF, name="scorers"),
    route("<slug:scorer_hash>/", views.scorer, role=Role.STAFF, name="scorer"),
    route("<slug:scorer_hash>/shadow/", views.shadow, role=Role.STAFF, name="shadow"),
    route("<slug:scorer_hash>/promote/", views.promote, role=Role.STAFF, name="promote"),
    route("<slug:scorer_hash>/roll-back/", views.roll_back, role=Role.STAFF, name="roll-back"),
    route("<slug:scorer_hash>/frames/<slug:public_id>.png", views.overlay, role=Role.STAFF, name="overlay"),
]
