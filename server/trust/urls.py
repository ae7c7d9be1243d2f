from __future__ import annotations

from server.core.roles import Role, route
from server.trust import views

app_name = "trust"
urlpatterns = [
    route("houses/<slug:public_id>/report/", views.report, role=Role.ANYONE, name="report"),
    route("reports/<slug:receipt>/", views.receipt, role=Role.ANYONE, name="receipt"),
]
