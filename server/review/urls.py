from __future__ import annotations

from server.core.roles import Role, route
from server.review import views

app_name = "review"
urlpatterns = [
    route("", views.queue, role=Role.STAFF, name="queue"),
    route("decisions/", views.decisions, role=Role.STAFF, name="decisions"),
    route("decisions/<int:pk>/undo/", views.take_back, role=Role.STAFF, name="undo"),
    route("houses/<slug:public_id>/", views.house, role=Role.STAFF, name="house"),
    route("crops/<int:region_id>.jpg", views.crop, role=Role.STAFF, name="crop"),
]
