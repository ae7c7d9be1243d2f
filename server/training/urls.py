from __future__ import annotations

from server.core.roles import Role, route
from server.training import views

app_name = "training"
urlpatterns = [
    route("", views.lessons, role=Role.STAFF, name="lessons"),
    route("<slug:public_id>/", views.lesson, role=Role.STAFF, name="lesson"),
]
