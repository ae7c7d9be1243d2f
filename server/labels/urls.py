from __future__ import annotations

from server.core.roles import Role, route
from server.labels import views

app_name = "labels"
urlpatterns = [
    route("<slug:public_id>/", views.verdict, role=Role.STAFF, name="verdict"),
]
